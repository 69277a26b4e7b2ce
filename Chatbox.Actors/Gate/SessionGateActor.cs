using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Gate;

/// <summary>
/// Stands before the session region for messages with a session id from a client: passes on only messages about a session that may be the
/// user's own. A message that reaches the region wakes a session, and waking writes rows; a guessed id must write none. One on every node.
/// </summary>
public sealed class SessionGateActor : ReceiveActor
{
    /// <summary>Most erasures that are remembered. A request repeats its erasure for seconds only.</summary>
    private const int MaxErasures = 1024;

    private readonly ISessionIndex _index;
    private readonly IActorRef _users;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>
    /// Erasures passed on, oldest first. A repetition must reach the session again, but the index no longer knows a session whose erasure has
    /// begun.
    /// </summary>
    private readonly OrderedDictionary<EraseSession, bool> _erasures = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private sealed record LookedUp(IWithSessionId Message, IActorRef Sender, bool MayBeTheirs) : INoSerializationVerificationNeeded;

    /// <param name="sessions">The session region.</param>
    /// <param name="users">The user region.</param>
    /// <param name="timeout">Longest wait for the user's reply; after it, the index decides.</param>
    public SessionGateActor(ISessionIndex index, IActorRef sessions, IActorRef users, TimeSpan timeout)
    {
        (_index, _users, _timeout) = (index, users, timeout);
        Receive<GetOwnership>(query => LookUp(query, query.UserId, isAdmin: false));
        Receive<EndSession>(end => LookUp(end, end.UserId, isAdmin: false));
        Receive<RenameSession>(rename => LookUp(rename, rename.UserId, isAdmin: false));
        Receive<EraseSession>(erase =>
        {
            if (_erasures.ContainsKey(erase))
                sessions.Forward(erase);
            else
                LookUp(erase, erase.UserId, erase.ByAdmin);
        });
        Receive<LookedUp>(found =>
        {
            if (!found.MayBeTheirs)
            {
                found.Sender.Tell(NotTheirs(found.Message));
                return;
            }

            if (found.Message is EraseSession erase)
                Remember(erase);
            sessions.Tell(found.Message, found.Sender);
        });
        Receive<Status.Failure>(failed => _log.Error(failed.Cause, "A session could not be looked up; the sender will repeat its request"));
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

    private async Task<bool> MayBeTheirs(SessionId session, UserId user, bool isAdmin, CancellationToken cancellationToken)
    {
        // The user is asked first: the index may lack a session that has just begun.
        if (!isAdmin && await UserKnows(session, user, cancellationToken))
            return true;
        try
        {
            return await _index.Find(session, cancellationToken) is { } found && (isAdmin || found.UserId == user);
        }
        catch (IndexUnavailableException down)
        {
            // The session itself decides. It is likely to fail as well, on the same store.
            _log.Debug("The index could not tell the owner of session {Session}: {Reason}", session, down.Message);
            return true;
        }
    }

    private async Task<bool> UserKnows(SessionId session, UserId user, CancellationToken cancellationToken)
    {
        try
        {
            return (await _users.Ask<SessionKnown>(new GetSessionKnown(user, session), _timeout, cancellationToken)).Known;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    private void Remember(EraseSession erase)
    {
        _erasures.TryAdd(erase, true);
        if (_erasures.Count > MaxErasures)
            _erasures.RemoveAt(0);
    }

    private static object NotTheirs(IWithSessionId message) =>
        message switch
        {
            IIdentifiedCommand command => new CommandRefused(command.SessionId, command.CommandId, Refusal.NotFound, null),
            _ => new Ownership(message.SessionId, false),
        };
}
