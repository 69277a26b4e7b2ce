using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Dispatch;
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
public sealed class UserActor : UntypedPersistentActor, IWithTimers
{
    private static readonly MessageTable<UserActor> Messages = new MessageTable<UserActor>()
        .On<OpenSocket>((user, _) => user._sockets.Open())
        .On<GetSocketAllowance>((user, _) => user._sockets.ReplyAllowance())
        .On<Terminated>((user, gone) => user._sockets.Release(gone.ActorRef))
        .On<SessionNamed>((user, news) => user._sockets.Tell(news))
        .On<CountCommand>((user, count) => user.Sender.Tell(new CommandCounted(user._id, count.CommandId, user._limits.Count(count))))
        .On<LeaseCalls>((user, request) => user.Sender.Tell(user._limits.Grant(request)))
        .On<ForgetCommand>((user, message) => user._limits.Forget(message))
        .On<GetSessionKnown>(
            (user, query) => user.Sender.Tell(new SessionKnown(user._id, query.SessionId, user._journal.State.Knows(query.SessionId)))
        )
        .On<AdmitCommand>((user, message) => user._requests.Handle(message))
        .On<ActivateSession>((user, message) => user._requests.Handle(message))
        .On<LeaveSession>((user, message) => user._requests.Handle(message))
        .On<SessionProtocol.SessionRetired>((user, message) => user._requests.Handle(message))
        .On<RepeatedRequest.Due>((user, _) => user._requests.RepeatRetirement())
        .On<ReceiveTimeout>((user, _) => user.Rest())
        .On<StopUser>((user, _) => Context.Stop(user.Self))
        .On<SaveSnapshotSuccess>((user, saved) => user._journal.Trim(saved.Metadata.SequenceNr))
        .On<SaveSnapshotFailure>(
            (user, failed) => user.Log.Warning(failed.Cause, "The snapshot of a user was not saved; recovery reads the journal instead")
        )
        .On<DeleteMessagesSuccess>((_, _) => { })
        .On<DeleteMessagesFailure>((user, failed) => user.Log.Warning(failed.Cause, "Old events of a user were not deleted"))
        .On<DeleteSnapshotsSuccess>((_, _) => { })
        .On<DeleteSnapshotsFailure>((user, failed) => user.Log.Warning(failed.Cause, "Old snapshots of a user were not deleted"));

    private readonly UserId _id;
    private readonly UserJournal _journal;
    private readonly UserSockets _sockets;
    private readonly UserLimits _limits;
    private readonly ActiveSessionRequests _requests;

    /// <param name="sessions">The session region.</param>
    public UserActor(UserId id, IActorRef sessions, UserOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        _id = id;
        _journal = new UserJournal(this, id, metrics, clock, options.JournalKeep);
        _sockets = new UserSockets(id, _journal, Context, metrics, options.MaxSockets);
        _limits = new UserLimits(options, metrics, clock);
        _requests = new ActiveSessionRequests(id, _journal, _limits, sessions, Context, this, this, clock);

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

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IUserEvent @event:
                _journal.Follow(@event);
                break;
            case SnapshotOffer offer:
                _journal.Restore(offer);
                break;
            case RecoveryCompleted:
                _journal.Recovered();
                break;
            default:
                // The exception stops this actor, and Akka logs it with the row's place. Without the row the user would forget what a
                // client was told.
                throw new InvalidDataException($"This row is no event of a user: {message}");
        }
    }

    protected override void OnCommand(object message)
    {
        if (!Messages.Handle(this, message))
            Unhandled(message);
    }

    // A restarted actor has lost its sockets. They watch it, hear that it has stopped, and register with the next incarnation.
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Stop(Self);
    }

    /// <summary>
    /// The user has no sockets: trims the journal, and leaves memory at the next timeout; or at once, if there is little to trim. Stays
    /// while an admin's calls count, whose window may be longer than the timeout.
    /// </summary>
    private void Rest()
    {
        if (!_limits.IsCountingCalls && !_journal.TrySnapshotForRest())
            Context.Parent.Tell(new Passivate(StopUser.Instance));
    }
}
