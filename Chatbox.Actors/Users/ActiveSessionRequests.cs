using Akka.Actor;
using Akka.Persistence;
using Chatbox.Actors.Requests;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// Carries out the requests that concern a user's active session, one at a time: <see cref="ActiveSession"/> decides, this type journals,
/// replies and retires sessions. While a session is being retired, other requests are stashed.
/// </summary>
/// <param name="actor">The user's actor; receives <see cref="RepeatedRequest.Due"/>.</param>
/// <param name="sessions">The session region.</param>
internal sealed class ActiveSessionRequests(
    UserId id,
    UserJournal journal,
    UserLimits limits,
    IActorRef sessions,
    IActorContext context,
    IWithTimers actor,
    IPersistenceStash stashing,
    TimeProvider clock
)
{
    /// <summary>Wait for a session to confirm its retirement before the request is repeated: sharding delivers at most once.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1);

    private RepeatedRequest Retirement => field ??= new RepeatedRequest(actor, RepeatAfter, clock);

    /// <summary>The request that waits for a session's retirement; null if none waits.</summary>
    private Request? _waiting;

    /// <summary>The command that made the active session the active one, as far as this incarnation knows.</summary>
    private (SessionId Session, CommandId Command)? _granted;

    /// <summary>A request on its way to a decision.</summary>
    /// <param name="RetryAfter">How long the limit makes the command wait; null if the limit admits it.</param>
    private sealed record Request(IUserCommand Message, IActorRef Sender, TimeSpan? RetryAfter);

    public void Handle(AdmitCommand command)
    {
        if (StashIfBusy())
            return;
        if (command is { NotIn: { } session, AsOf: { } asOf })
            journal.Forget(command.CommandId, session, asOf);
        var retryAfter = journal.State.SentTo(command.CommandId) is null ? limits.Count(command) : null;
        Decide(new Request(command, context.Sender, retryAfter), null);
    }

    public void Handle(LeaveSession leave)
    {
        if (StashIfBusy())
            return;
        if (leave is { CommandId: { } command, AsOf: { } asOf })
            journal.Forget(command, leave.SessionId, asOf);
        Decide(new Request(leave, context.Sender, null), null);
    }

    public void Handle(ActivateSession activate)
    {
        if (!StashIfBusy())
            Decide(new Request(activate, context.Sender, null), null);
    }

    public void Handle(SessionProtocol.SessionRetired retired)
    {
        if (
            _waiting is not { } request
            || Retirement.Message is not SessionProtocol.RetireSession retirement
            || retirement.Question != retired.Question
            || retired.Outcome == SessionProtocol.Retirement.Expecting
        )
            return;
        _waiting = null;
        Retirement.Answered();
        Decide(request, retired);
        stashing.Stash.UnstashAll();
    }

    /// <summary>
    /// The session has not confirmed its retirement in time. The repetition no longer waits for the expected command, which may never
    /// arrive: its client may be gone.
    /// </summary>
    public void RepeatRetirement()
    {
        if (Retirement.Message is SessionProtocol.RetireSession retirement)
            Retirement.Replace(retirement with { Expecting = null });
        Retirement.Repeat();
    }

    /// <summary>True if another request waits for a session; the current message is then kept for later.</summary>
    private bool StashIfBusy()
    {
        if (_waiting is null)
            return false;
        stashing.Stash.Stash();
        return true;
    }

    private void Decide(Request request, SessionProtocol.SessionRetired? retired)
    {
        var decision = new ActiveSession(journal.State, journal.Epoch);
        switch (decision.Decide(request.Message, request.RetryAfter, retired, clock.GetUtcNow()))
        {
            case UserStep.Reply reply:
                request.Sender.Tell(reply.Message);
                break;
            case UserStep.Write write:
                if (request.Message is AdmitCommand admit)
                    _granted = (admit.SessionId, admit.CommandId);
                journal.Write(write.Event, () => Decide(request, null));
                break;
            case UserStep.Retire retire:
                Retire(request, retire);
                break;
        }
    }

    private void Retire(Request request, UserStep.Retire retire)
    {
        _waiting = request;
        var retirement = new SessionProtocol.RetireSession(retire.Session, id, CommandId.NewAtEdge(), retire.Epoch)
        {
            OnlyIfEnded = retire.OnlyIfEnded,
            UnlessKnown = retire.UnlessKnown,
            Expecting = _granted is { } granted && granted.Session == retire.Session ? granted.Command : null,
        };
        Retirement.Start(retirement, sessions);
    }
}
