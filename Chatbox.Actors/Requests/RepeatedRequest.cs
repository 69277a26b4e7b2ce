using Akka.Actor;

namespace Chatbox.Actors.Requests;

/// <summary>
/// Sends a request to another actor, and sends the same message again at a fixed interval until the reply has come or the deadline is over.
/// Delivery is at-most-once, so a lost request or reply costs one interval. The receiver recognizes a repetition by the id in the message.
/// </summary>
/// <remarks>
/// The owner handles <see cref="Due"/> by calling <see cref="Repeat"/>, and calls <see cref="Answered"/> when the reply has come.
/// One instance carries one request at a time; an actor that needs several at once has one instance for each.
/// </remarks>
/// <param name="owner">The actor that asks.</param>
/// <param name="interval">Time between two sendings of the message.</param>
/// <param name="deadline">Time after which the message is not sent again; null to repeat until there is a reply.</param>
internal sealed class RepeatedRequest(IWithTimers owner, TimeSpan interval, TimeProvider clock, TimeSpan? deadline = null)
{
    /// <summary>The owner's reminder that a request still has no reply.</summary>
    public sealed record Due(RepeatedRequest Request) : INoSerializationVerificationNeeded;

    private IActorRef _target = ActorRefs.Nobody;
    private IActorRef? _sender;
    private long _since;

    /// <summary>The message without a reply; null when there is none.</summary>
    public object? Message { get; private set; }

    /// <summary>How often the message was sent again. After a repetition, a reply that speaks of a known command may refer to the owner's own first request.</summary>
    public int Repetitions { get; private set; }

    /// <summary>Whether the deadline of a request that began at this timestamp is over.</summary>
    public bool IsOverdue(long since) => deadline is { } longest && clock.GetElapsedTime(since) >= longest;

    /// <summary>Begins a request. A request that is still without a reply is given up.</summary>
    /// <param name="sender">The actor that gets the reply; null for the owner.</param>
    /// <param name="since">When the deadline began to run, as a timestamp of the clock; null for now.</param>
    /// <param name="atOnce">False to send the message for the first time after one interval.</param>
    public void Start(object message, IActorRef target, IActorRef? sender = null, long? since = null, bool atOnce = true)
    {
        (Message, _target, _sender, _since, Repetitions) = (message, target, sender, since ?? clock.GetTimestamp(), 0);
        owner.Timers.StartPeriodicTimer(this, new Due(this), interval);
        if (atOnce)
            Send();
    }

    /// <summary>Replaces the message for all further repetitions.</summary>
    public void Replace(object message) => Message = message;

    /// <summary>Sends the message again.</summary>
    /// <returns>False if the deadline is over: then nothing is sent, and the request is given up.</returns>
    public bool Repeat()
    {
        if (Message is null)
            return true;
        if (IsOverdue(_since))
        {
            Answered();
            return false;
        }

        Repetitions++;
        Send();
        return true;
    }

    /// <summary>The reply has come, or is no longer needed.</summary>
    public void Answered()
    {
        Message = null;
        owner.Timers.Cancel(this);
    }

    private void Send()
    {
        if (_sender is null)
            _target.Tell(Message);
        else
            _target.Tell(Message, _sender);
    }
}
