using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Gate;

/// <summary>
/// Before the session region, for what names a session that a client has thought of: lets through only what can be the user's own session.
/// A session wakes for every message that reaches the region, and each waking writes rows; guessed ids must write none. One on every node.
/// </summary>
public sealed class SessionGateActor : ReceiveActor
{
    private readonly ISessionIndex _index;
    private readonly IActorRef _users;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private sealed record LookedUp(IWithSessionId Message, IActorRef Sender, bool MayBeTheirs) : INoSerializationVerificationNeeded;

    /// <param name="sessions">The session region.</param>
    /// <param name="users">The user region.</param>
    /// <param name="timeout">Longest wait for the user; the index is asked after that.</param>
    public SessionGateActor(ISessionIndex index, IActorRef sessions, IActorRef users, TimeSpan timeout)
    {
        (_index, _users, _timeout) = (index, users, timeout);
        Receive<GetOwnership>(query => LookUp(query, query.UserId, isAdmin: false));
        Receive<EndSession>(end => LookUp(end, end.UserId, isAdmin: false));
        Receive<EraseSession>(erase => LookUp(erase, erase.UserId, erase.ByAdmin));
        Receive<LookedUp>(found =>
        {
            if (found.MayBeTheirs)
                sessions.Tell(found.Message, found.Sender);
            else
                found.Sender.Tell(NotTheirs(found.Message));
        });
        Receive<Status.Failure>(failed => _log.Error(failed.Cause, "A session could not be looked up; whoever asked will ask again"));
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private void LookUp(IWithSessionId message, UserId user, bool isAdmin)
    {
        var sender = Sender;
        MayBeTheirs(message.SessionId, user, isAdmin, _stopped.Token)
            .PipeTo(Self, success: theirs => new LookedUp(message, sender, theirs));
    }

    private async Task<bool> MayBeTheirs(SessionId session, UserId user, bool isAdmin, CancellationToken stop)
    {
        // The user first: the index may not have heard of a session that has just begun.
        if (!isAdmin && await UserKnows(session, user, stop))
            return true;
        try
        {
            return await _index.Find(session, stop) is { } found && (isAdmin || found.UserId == user);
        }
        catch (IndexUnavailableException down)
        {
            // The session knows best. It is likely to fail as well, on the same store.
            _log.Debug("The index does not say whose session {0} is: {1}", session, down.Message);
            return true;
        }
    }

    private async Task<bool> UserKnows(SessionId session, UserId user, CancellationToken stop)
    {
        try
        {
            return (await _users.Ask<SessionKnown>(new GetSessionKnown(user, session), _timeout, stop)).Known;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    private static object NotTheirs(IWithSessionId message) =>
        message switch
        {
            IIdentifiedCommand command => new CommandRefused(command.SessionId, command.CommandId, Refusal.NotFound, null),
            _ => new Ownership(message.SessionId, false),
        };
}
