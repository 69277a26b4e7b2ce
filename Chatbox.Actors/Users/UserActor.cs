using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// One person: knows which session is active, gives places to sockets and counts messages. Which session is active is journaled;
/// sockets and the message window live and die with the sockets.
/// </summary>
public sealed class UserActor : ReceivePersistentActor
{
    /// <summary>Rest without sockets after which a user leaves memory; longer than the message window remembers.</summary>
    private static readonly TimeSpan PassivateAfter = MessageWindow.Length + TimeSpan.FromSeconds(30);

    private const int SnapshotEvery = 100;

    private readonly UserId _id;
    private readonly UserOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly HashSet<IActorRef> _sockets = [];
    private readonly MessageWindow _messages;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SessionActivated? _active;

    /// <summary>The id that becomes a session with its first message; every socket without a session shares it.</summary>
    private SessionId _fresh = SessionId.New();

    public UserActor(UserId id, UserOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        (_id, _options, _metrics, _clock) = (id, options, metrics, clock);
        _messages = new MessageWindow(options.MessagesPerMinute, clock);

        Recover<SessionActivated>(e => _active = e);
        Recover<SnapshotOffer>(offer => _active = (SessionActivated)offer.Snapshot);

        Command<OpenSocket>(_ => Handle());
        Command<GetSocketAllowance>(_ => Sender.Tell(HasPlace ? Allowed() : Refused()));
        Command<AdmitCommand>(Handle);
        Command<ForgetCommand>(forget => _messages.Forget(forget.CommandId));
        Command<Terminated>(gone => Release(gone.ActorRef));
        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(StopUser.Instance)));
        Command<StopUser>(_ => Context.Stop(Self));
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failed => _log.Warning(failed.Cause, "The snapshot of a user was not saved; the journal has it all"));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning(failed.Cause, "Old snapshots of a user were not deleted"));
        SetReceiveTimeout(PassivateAfter);
    }

    /// <summary>Leaves memory; also the hand-over's stop message.</summary>
    public sealed record StopUser : INoSerializationVerificationNeeded
    {
        public static StopUser Instance { get; } = new();
    }

    // A hash: user ids are as long as their issuer likes, and need not stand in the journal's key.
    public override string PersistenceId => $"user-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_id.Value)))}";

    private bool HasPlace => _sockets.Count < _options.MaxSockets;

    private void Handle()
    {
        if (_sockets.Contains(Sender))
        {
            Sender.Tell(Allowed());
        }
        else if (HasPlace)
        {
            _sockets.Add(Sender);
            Context.Watch(Sender);
            SetReceiveTimeout(null);
            Sender.Tell(Allowed());
        }
        else
        {
            Sender.Tell(Refused());
        }
    }

    private SocketAllowed Allowed() => new(_id, _active?.SessionId ?? _fresh);

    private SocketRefused Refused()
    {
        _metrics.LimitHit("connection");
        foreach (var socket in _sockets)
            socket.Tell(new SocketLimitReached(_id, _options.MaxSockets));
        return new SocketRefused(_id, _options.MaxSockets);
    }

    private void Handle(AdmitCommand command)
    {
        if (command.CountsAsMessage && _messages.Admit(command.CommandId) is { } wait)
        {
            _metrics.LimitHit("message");
            Sender.Tell(new CommandAdmitted(_id, command.CommandId, wait));
            return;
        }

        var admitted = new CommandAdmitted(_id, command.CommandId, null);
        if (_active?.SessionId == command.SessionId)
        {
            Sender.Tell(admitted);
            return;
        }

        // Journaled before the session itself is: a session that holds a message can always be found again.
        var started = _clock.GetTimestamp();
        Persist(
            new SessionActivated(_id, command.SessionId, _clock.GetUtcNow()),
            e =>
            {
                _metrics.Journaled("user", _clock.GetElapsedTime(started));
                _active = e;
                if (_fresh == e.SessionId)
                    _fresh = SessionId.New();
                Sender.Tell(admitted);
                if (LastSequenceNr % SnapshotEvery == 0)
                    SaveSnapshot(e);
            }
        );
    }

    private void Release(IActorRef socket)
    {
        _sockets.Remove(socket);
        if (_sockets.Count == 0)
            SetReceiveTimeout(PassivateAfter);
    }
}
