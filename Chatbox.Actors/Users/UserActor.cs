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
public sealed partial class UserActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>Rest without sockets after which a user leaves memory; longer than the message window remembers.</summary>
    private static readonly TimeSpan PassivateAfter = MessageWindow.Length + TimeSpan.FromSeconds(30);

    private const int SnapshotEvery = 100;

    private readonly UserId _id;
    private readonly IActorRef _sessions;
    private readonly UserOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly HashSet<IActorRef> _sockets = [];
    private readonly MessageWindow _messages;
    private readonly MessageWindow _commands;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private UserState _state;

    /// <param name="sessions">The session region.</param>
    public UserActor(UserId id, IActorRef sessions, UserOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        (_id, _sessions, _options, _metrics, _clock) = (id, sessions, options, metrics, clock);
        _messages = new MessageWindow(options.MessagesPerMinute, clock);
        _commands = new MessageWindow(options.CommandsPerMinute, clock);
        _state = new UserState(id);

        Recover<IUserEvent>(e => _state = _state.Apply(e, LastSequenceNr));
        Recover<SnapshotOffer>(offer => _state = From(offer.Snapshot, offer.Metadata.SequenceNr));
        Recover<RecoveryCompleted>(_ => { });

        // Akka logs it with the row's place and stops this actor: going on without the row would forget what a client was told.
        RecoverAny(row => throw new InvalidDataException($"This row is no event of a user: {row}"));

        Command<OpenSocket>(_ => Handle());
        Command<GetSocketAllowance>(_ => Sender.Tell(HasPlace ? Allowed() : Refused()));
        Command<CountCommand>(count => Sender.Tell(new CommandCounted(_id, count.CommandId, Count(count.CommandId))));
        Command<GetSessionKnown>(query => Sender.Tell(new SessionKnown(_id, query.SessionId, _state.Knows(query.SessionId))));
        Command<ForgetCommand>(forget => _messages.Forget(forget.CommandId, forget.Attempt));
        Command<Terminated>(gone => Release(gone.ActorRef));
        HandleSessions();

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

    public ITimerScheduler Timers { get; set; } = null!;

    private bool HasPlace => _sockets.Count < _options.MaxSockets;

    // A restart has forgotten the sockets: they watch this actor, hear of its end and register anew.
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Stop(Self);
    }

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

    /// <summary>Counts a command that costs no answer. Its id counts once, whether it had an effect or not: there is nothing to forget.</summary>
    private TimeSpan? Count(CommandId command)
    {
        var wait = _commands.Admit(command, attempt: 0);
        if (wait is not null)
            _metrics.LimitHit("command");
        return wait;
    }

    private SocketAllowed Allowed() => new(_id, _state.Active ?? _state.Fresh, _state.Active is not null) { Epoch = LastSequenceNr };

    private SocketRefused Refused()
    {
        _metrics.LimitHit("connection");
        foreach (var socket in _sockets)
            socket.Tell(new SocketLimitReached(_id, _options.MaxSockets));
        return new SocketRefused(_id, _options.MaxSockets);
    }

    private void Release(IActorRef socket)
    {
        _sockets.Remove(socket);
        if (_sockets.Count == 0)
            SetReceiveTimeout(PassivateAfter);
    }

    private void Write(IUserEvent @event, Action then)
    {
        var started = _clock.GetTimestamp();
        Persist(
            @event,
            e =>
            {
                _metrics.Journaled("user", _clock.GetElapsedTime(started));
                _state = _state.Apply(e, LastSequenceNr);
                if (LastSequenceNr % SnapshotEvery == 0)
                    SaveSnapshot(_state.ToSnapshot());
                then();
            }
        );
    }

    /// <summary>Earlier releases kept the last activation as their snapshot.</summary>
    private UserState From(object snapshot, long seq) =>
        snapshot is SessionActivated activated ? new UserState(_id).Apply(activated, seq) : UserState.From((UserSnapshot)snapshot, seq);
}
