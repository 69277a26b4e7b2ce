using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>The next step of a user's actor for a request.</summary>
internal abstract record UserStep
{
    /// <summary>The request is decided: send the reply.</summary>
    public sealed record Reply(IUserReply Message) : UserStep;

    /// <summary>Ask the active session to retire; then decide the request again, with the session's reply.</summary>
    /// <param name="Epoch">The user's next epoch.</param>
    /// <param name="OnlyIfEnded">Leave the session alone if it has not ended.</param>
    /// <param name="UnlessKnown">Leave the session alone if it knows this command.</param>
    public sealed record Retire(SessionId Session, long Epoch, bool OnlyIfEnded, CommandId? UnlessKnown) : UserStep;

    /// <summary>Journal the event; then decide the request again.</summary>
    public sealed record Write(IUserEvent Event) : UserStep;
}

/// <summary>
/// Decides which session is a user's active one. At most one session takes commands at any time: the active session retires before
/// another one becomes active, and each permission carries its epoch. Pure.
/// </summary>
/// <param name="Epoch">The user's epoch: the last place in the user's journal.</param>
internal sealed record ActiveSession(UserState State, long Epoch)
{
    /// <summary>The next step for a request.</summary>
    /// <param name="retryAfter">How long the limit makes an <see cref="AdmitCommand"/> wait; null if the limit admits it.</param>
    /// <param name="retired">The active session's reply to <see cref="UserStep.Retire"/>; null if it was not asked for this request.</param>
    public UserStep Decide(IUserCommand request, TimeSpan? retryAfter, SessionRetired? retired, DateTimeOffset now) =>
        request switch
        {
            AdmitCommand command => Admit(command, retryAfter, retired, now),
            ActivateSession open => open.SessionId == State.Active
                ? Use(open.SessionId, open.SessionId)
                : Activate(open.SessionId, null, retired, now),
            LeaveSession leave => Leave(leave, retired, now),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.GetType(), null),
        };

    private UserStep Admit(AdmitCommand command, TimeSpan? retryAfter, SessionRetired? retired, DateTimeOffset now)
    {
        // A repeated command goes to the session where it took effect, whichever session its client shows now.
        if (State.SentTo(command.CommandId) is { } knows && knows != command.SessionId)
            return SendTo(command, knows);
        if (retryAfter is not null)
            return Admitted(command, retryAfter, isActive: false);

        // An active session that refuses its permission knows a later epoch, from an attempt to replace it that failed. A request from
        // before another change does not reopen it: the request may be a late repetition of a command that took effect.
        var reopens = command.Reopens && command.AsOf >= Epoch;
        if (command.SessionId == State.Active && !reopens)
            return Admitted(command, null, isActive: true);
        if (command.NeverActivates)
            return Admitted(command, null, isActive: false);

        // A command to the fresh id goes to the active session, if there is one by now.
        var isFresh = command.SessionId == State.Fresh;
        if (isFresh && State.Active is { } active)
            return SendTo(command, active);
        if (!isFresh && !reopens)
            return Admitted(command, null, isActive: false);
        return retired?.Outcome == Retirement.KnowsCommand
            ? SendTo(command, retired.SessionId)
            : Activate(command.SessionId, command.CommandId, retired, now);
    }

    private UserStep Activate(SessionId session, CommandId? unlessKnown, SessionRetired? retired, DateTimeOffset now)
    {
        if (State.Active is not { } active || active == session)
            return new UserStep.Write(new SessionActivated(State.Id, session, now));
        if (retired is null)
            return new UserStep.Retire(active, Epoch + 1, OnlyIfEnded: false, unlessKnown);

        // The session knows a later epoch than its user: an older backup of the user's journal was restored. Another event raises the epoch.
        if (retired.Outcome != Retirement.Retired)
            return new UserStep.Write(new SessionActivated(State.Id, active, now));
        return new UserStep.Write(new SessionActivated(State.Id, session, now) { Replaces = active, Commands = retired.Commands });
    }

    private UserStep Leave(LeaveSession leave, SessionRetired? retired, DateTimeOffset now)
    {
        if (State.Active != leave.SessionId)
            return Use(leave.SessionId, State.Active ?? State.Fresh);

        // The session was reopened after the client heard of its end: the client stays there.
        if (leave.AsOf < Epoch || retired?.Outcome == Retirement.StillOpen)
            return Use(leave.SessionId, leave.SessionId);
        return retired is null
            ? new UserStep.Retire(leave.SessionId, Epoch + 1, OnlyIfEnded: true, null)
            : new UserStep.Write(new SessionLeft(State.Id, leave.SessionId, now) { Commands = retired.Commands });
    }

    private UserStep.Reply SendTo(AdmitCommand command, SessionId session) =>
        new(
            new CommandAdmitted(State.Id, command.CommandId, null)
            {
                SentTo = session,
                Follow = session == State.Active,
                Epoch = Epoch,
            }
        );

    private UserStep.Reply Admitted(AdmitCommand command, TimeSpan? retryAfter, bool isActive) =>
        new(new CommandAdmitted(State.Id, command.CommandId, retryAfter) { IsActive = isActive, Epoch = Epoch });

    private UserStep.Reply Use(SessionId insteadOf, SessionId session) =>
        new(new SessionToUse(State.Id, insteadOf, session) { Epoch = Epoch });
}
