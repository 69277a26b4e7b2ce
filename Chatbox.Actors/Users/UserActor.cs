using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// One person: knows which session is active, gives slots to sockets and counts commands. The active session is journaled. Sockets and
/// counts live in memory only, as long as the user has sockets.
/// </summary>
public sealed class UserActor : ReceivePersistentActor, IWithTimers
{
    private readonly UserId _id;
    private readonly UserJournal _journal;
    private readonly UserSockets _sockets;
    private readonly UserLimits _limits;
    private readonly ActiveSessionRequests _requests;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="sessions">The session region.</param>
    public UserActor(UserId id, IActorRef sessions, UserOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        _id = id;
        _journal = new UserJournal(this, id, metrics, clock);
        _sockets = new UserSockets(id, _journal, Context, metrics, options.MaxSockets);
        _limits = new UserLimits(options, metrics, clock);
        _requests = new ActiveSessionRequests(id, _journal, _limits, sessions, Context, this, this, clock);

        Recover<IUserEvent>(_journal.Follow);
        Recover<SnapshotOffer>(_journal.Restore);
        Recover<RecoveryCompleted>(_ => { });

        // The exception stops this actor, and Akka logs it with the row's place. Without the row the user would forget what a client was told.
        RecoverAny(row => throw new InvalidDataException($"This row is no event of a user: {row}"));

        Command<OpenSocket>(_ => _sockets.Open());
        Command<GetSocketAllowance>(_ => _sockets.ReplyAllowance());
        Command<Terminated>(gone => _sockets.Release(gone.ActorRef));

        Command<CountCommand>(count => Sender.Tell(new CommandCounted(_id, count.CommandId, _limits.Count(count.CommandId))));
        Command<ForgetCommand>(_limits.Forget);

        Command<GetSessionKnown>(query => Sender.Tell(new SessionKnown(_id, query.SessionId, _journal.State.Knows(query.SessionId))));
        Command<AdmitCommand>(_requests.Handle);
        Command<ActivateSession>(_requests.Handle);
        Command<LeaveSession>(_requests.Handle);
        Command<SessionProtocol.SessionRetired>(_requests.Handle);
        Command<RepeatedRequest.Due>(_ => _requests.RepeatRetirement());

        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(StopUser.Instance)));
        Command<StopUser>(_ => Context.Stop(Self));
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failed =>
            _log.Warning(failed.Cause, "The snapshot of a user was not saved; recovery reads the journal instead")
        );
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning(failed.Cause, "Old snapshots of a user were not deleted"));
        SetReceiveTimeout(UserSockets.PassivateAfter);
    }

    /// <summary>Stops the user: for passivation, and for the hand-over to another node in place of PoisonPill.</summary>
    public sealed record StopUser : INoSerializationVerificationNeeded
    {
        public static StopUser Instance { get; } = new();
    }

    /// <summary>A hash of the user id: an id may be as long as its issuer likes, and need not appear in the journal's key.</summary>
    public override string PersistenceId => $"user-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_id.Value)))}";

    public ITimerScheduler Timers { get; set; } = null!;

    // A restarted actor has lost its sockets. They watch it, hear that it has stopped, and register with the next incarnation.
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Stop(Self);
    }
}
