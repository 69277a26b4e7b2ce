using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// The parent of this node's relays: the answers that stream here while their sessions are elsewhere. A session that leaves the node gives its
/// answer to a relay, and its next incarnation finds the relay here.
/// </summary>
public sealed class AnswerRelaysActor : ReceiveActor, IWithTimers
{
    /// <summary>The actor's name, on every node.</summary>
    public const string Name = "answer-relays";

    /// <summary>Longest time that an answer streams while its session is nowhere. Sessions that nobody views start slowly.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private sealed record RelayEnded(MessageId AnswerId, int Attempt) : INoSerializationVerificationNeeded;

    private sealed record TimeOver : INoSerializationVerificationNeeded;

    private sealed record LookDue : INoSerializationVerificationNeeded;

    private readonly Dictionary<(MessageId, int), IActorRef> _relays = [];
    private readonly IClusterNodes _nodes;
    private IActorRef? _drain;

    /// <param name="models">The node's <see cref="ModelsActor"/>.</param>
    public AnswerRelaysActor(IActorRef models, IClusterNodes nodes)
    {
        _nodes = nodes;
        Receive<LeaveAnswer>(left =>
        {
            var relay = Context.ActorOf(Props.Create(() => new AnswerRelayActor(left, LongestWait)).WithDeploy(Deploy.Local));
            Context.WatchWith(relay, new RelayEnded(left.AnswerId, left.Attempt));
            _relays[(left.AnswerId, left.Attempt)] = relay;
            models.Tell(new RedirectAnswer(left.AnswerId, left.Attempt, left.ModelId, left.Length, Sender), relay);
        });
        Receive<AttachAnswer>(attach =>
        {
            if (_relays.TryGetValue((attach.AnswerId, attach.Attempt), out var relay))
                relay.Forward(attach);
            else
                Sender.Tell(new AnswerGone(attach.AnswerId, attach.Attempt));
        });
        Receive<CancelRelay>(cancel => _relays.GetValueOrDefault((cancel.AnswerId, cancel.Attempt))?.Forward(cancel));
        Receive<RelayEnded>(ended =>
        {
            _relays.Remove((ended.AnswerId, ended.Attempt));
            ReplyIfDrained();
        });
        Receive<DrainRelays>(drain =>
        {
            _drain = Sender;
            Timers.StartSingleTimer(nameof(TimeOver), new TimeOver(), drain.Longest);
            Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), LookAgain);
            ReplyIfDrained();
        });
        Receive<TimeOver>(_ => HandOn());
        Receive<LookDue>(_ =>
        {
            if (!_nodes.HasOthers)
                HandOn(); // all nodes stop: no session comes for its answer
        });
    }

    /// <summary>The node stops, and its sessions have left. Replies <see cref="RelaysDrained"/> when no answer streams here any more.</summary>
    /// <param name="Longest">Time after which the sessions continue the answers that still stream by themselves.</param>
    internal sealed record DrainRelays(TimeSpan Longest) : INoSerializationVerificationNeeded;

    /// <summary>No answer streams here for a session elsewhere.</summary>
    internal sealed record RelaysDrained : INoSerializationVerificationNeeded;

    public ITimerScheduler Timers { get; set; } = null!;

    private void HandOn()
    {
        foreach (var relay in _relays.Values)
            relay.Tell(AnswerRelayActor.HandOn.Instance);
    }

    private void ReplyIfDrained()
    {
        if (_relays.Count == 0)
            _drain?.Tell(new RelaysDrained());
    }
}
