using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Unit.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>A <see cref="SessionActor"/> with simulated clients, a played model and a journal that survives its crashes.</summary>
internal sealed class LiveSession
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly UserId Ana = new("ana");

    private readonly TestKitBase _kit;
    private readonly SessionDependencies _with;
    private readonly SessionId _id = SessionId.New();
    private readonly List<SubmitMessage> _sent = [];
    private readonly HashSet<SimulatedClient> _viewing = [];
    private readonly TestProbe _shard;
    private IActorRef _actor;
    private int _attachments;
    private int _commands;

    public LiveSession(TestKitBase kit, ChatSessionOptions options)
    {
        _kit = kit;
        _shard = kit.CreateTestProbe();
        Model = kit.Sys.ActorOf(Props.Create<PlayedModel>());
        var nodes = new FakeNodes();
        var relays = nodes.Relays = kit.Sys.ActorOf(Props.Create(() => new AnswerRelaysActor(Model, nodes)));
        _with = SessionKit.With(Model, kit.Sys.ActorOf(Props.Create<AcknowledgingIndex>()), options) with
        {
            Moves = new AnswerMoves(relays, nodes),
        };
        _actor = Start();
    }

    public IActorRef Model { get; }

    /// <summary>The texts of all messages that were sent.</summary>
    public IEnumerable<string> Sent => _sent.Select(m => m.Content);

    /// <summary>Whether the client is attached to the current incarnation of the session.</summary>
    public bool IsViewedBy(SimulatedClient client) => _viewing.Contains(client);

    public void Attach(SimulatedClient client)
    {
        _viewing.Add(client);
        _actor.Tell(new AttachViewer(_id, SessionKit.Alice, ++_attachments, client.LastSeq, client.Partial, null), client.Connect());
    }

    public void Detach(SimulatedClient client)
    {
        _viewing.Remove(client);
        _actor.Tell(new DetachViewer(_id), client.Socket);
        client.Disconnect();
    }

    public void Take(SimulatedClient client, int bytes) => _actor.Tell(new ViewerTookBytes(_id, client.Take(bytes)), client.Socket);

    public void Say(SimulatedClient client)
    {
        var message = SessionKit.Say($"c{++_commands}", $"message {_commands}", _id) with
        {
            Files = _commands % 3 == 0 ? SimulatedClient.Files : null,
        };
        _sent.Add(message);
        client.Says(message.CommandId, message.Content);
        _actor.Tell(message, client.Socket);
    }

    /// <summary>A client repeats a message that it or another client has sent before.</summary>
    public void SayAgain(SimulatedClient client, int which)
    {
        if (_sent.Count == 0)
            return;
        var message = _sent[^(1 + which % _sent.Count)];
        client.Says(message.CommandId, message.Content);
        _actor.Tell(message, client.Socket);
    }

    public void Regenerate(SimulatedClient client) =>
        _actor.Tell(new RegenerateAnswer(_id, new CommandId($"c{++_commands}"), true, SessionKit.Alice, Admission.Granted), client.Socket);

    public void StopAnswer(SimulatedClient client) =>
        _actor.Tell(new StopAnswer(_id, new CommandId($"c{++_commands}"), true, SessionKit.Alice), client.Socket);

    /// <summary>An admin takes the session over, writes a message, or leaves.</summary>
    public void TakeOver() => _actor.Tell(new TakeOver(_id, new CommandId($"c{++_commands}"), Ana, "Ana"), ActorRefs.NoSender);

    public void WriteAsAdmin() =>
        _actor.Tell(
            new SubmitAdminMessage(
                _id,
                new CommandId($"c{++_commands}"),
                true,
                Ana,
                $"admin's message {_commands}",
                ImmutableSortedDictionary<string, string>.Empty,
                DateTimeOffset.UnixEpoch
            ),
            ActorRefs.NoSender
        );

    public void Leave() => _actor.Tell(new LeaveTakeover(_id, new CommandId($"c{++_commands}"), Ana), ActorRefs.NoSender);

    /// <summary>Returns when the session has handled every message that was sent to it.</summary>
    public void Settle() => _actor.Ask<Ownership>(new GetOwnership(_id, SessionKit.Alice), Deadline).GetAwaiter().GetResult();

    /// <summary>The session crashes in the middle of its work, and starts anew.</summary>
    public void Crash()
    {
        _kit.Crash(_actor);
        _viewing.Clear();
        _actor = Start();
    }

    /// <summary>The session leaves its node in order, and starts on another.</summary>
    public void Move()
    {
        StopInOrder();
        _viewing.Clear();
        _actor = Start();
    }

    private void StopInOrder()
    {
        var witness = _kit.CreateTestProbe();
        witness.Watch(_actor);
        _actor.Tell(SessionActor.StopSession.Instance);
        witness.ExpectTerminated(_actor, Deadline);
    }

    /// <summary>The requests to the model so far: answers and attempts.</summary>
    public IReadOnlyList<(MessageId Answer, int Attempt)> Asked() =>
        Model.Ask<List<(MessageId, int)>>(new PlayedModel.GetAsked(), Deadline).GetAwaiter().GetResult();

    public void Stop() => _kit.Crash(_actor);

    /// <summary>Everybody leaves, and the session's wait for them ends: it trims its journal in order to leave memory.</summary>
    public void Rest()
    {
        foreach (var client in _viewing.ToList())
            Detach(client);
        _actor.Tell(ReceiveTimeout.Instance);
    }

    /// <summary>
    /// The session leaves memory, if it may, although clients look at it, and wakes at once. Returns the clients that stayed; the others hear
    /// that the session has stopped.
    /// </summary>
    /// <param name="wait">How long the session may take to decide that it leaves.</param>
    public IReadOnlyList<SimulatedClient> Doze(IReadOnlyList<SimulatedClient> clients, TimeSpan wait)
    {
        Settle();
        _actor.Tell(ReceiveTimeout.Instance);
        _shard.ReceiveOne(wait);
        StopInOrder();
        IReadOnlyList<SimulatedClient> stayed = [.. clients.Where(client => _with.Resting.ShardOf(_id, client.Socket) is not null)];
        _viewing.IntersectWith(stayed);
        _actor = Start();
        return stayed;
    }

    /// <summary>The events that the journal still has.</summary>
    public int Kept()
    {
        Settle();
        return _kit.Journaled(_id).Count;
    }

    /// <summary>The client repeats each message without an ack until it is accepted.</summary>
    public void RepeatUntilAcknowledged(SimulatedClient client)
    {
        foreach (var (command, content) in client.Unacknowledged.ToList())
        {
            while (true)
            {
                _actor.Tell(SessionKit.Say(command, content, _id), client.Socket);
                if (Reply(client, new CommandId(command)) is CommandAccepted)
                    break;
                FinishAnswers(); // the queue was full
            }
        }
    }

    public void FinishAnswers()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (Replay().Running is { } running)
        {
            Assert.False(deadline.IsCancellationRequested, $"Answer {running.MessageId} does not end.");
            Model.Tell(new PlayedModel.Finish(FinishReason.Stop));
        }
    }

    /// <summary>The client reads until it has all of these items.</summary>
    public void TakeUntil(SimulatedClient client, IReadOnlyList<string> items)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!client.Transcript.SequenceEqual(items) && !deadline.IsCancellationRequested)
        {
            Take(client, 65_536);
            Settle();
        }
    }

    /// <summary>The state that all events give, deleted ones included, without bounds.</summary>
    public SessionState Replay()
    {
        Settle();
        var (state, seq) = (new SessionState(_id) { Bounds = new SessionBounds(int.MaxValue, int.MaxValue) }, 0);
        foreach (var row in ArchivingJournal.Of(SessionPersistenceId.Of(_id)))
            state = state.Apply((ISessionEvent)row, ++seq);
        return state;
    }

    /// <summary>The whole conversation, as history shows it when the index has everything.</summary>
    public IEnumerable<(long Seq, string MessageId, string Text)> History() =>
        Replay()
            .Items.Select(item =>
                item switch
                {
                    UserItem message => (item.Seq, item.MessageId.Value, message.Content),
                    AnswerItem answer => (item.Seq, item.MessageId.Value, answer.Text),
                    _ => (item.Seq, item.MessageId.Value, SimulatedPeople.TextOfPerson(item) ?? ""),
                }
            );

    private static object Reply(SimulatedClient client, CommandId command)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        foreach (var reply in client.Socket.Replies.GetConsumingEnumerable(deadline.Token))
            if (
                reply is CommandAccepted accepted && accepted.CommandId == command
                || reply is CommandRefused refused && refused.CommandId == command
            )
                return reply;
        throw new TimeoutException($"No reply to {command} came.");
    }

    private IActorRef Start()
    {
        // A session that is started late may have asked its shard to stop it: a question that nobody waits for.
        while (_shard.HasMessages)
            _shard.ReceiveOne(TimeSpan.Zero);
        return _shard.ChildActorOf(SessionKit.Session(_with, _id));
    }
}
