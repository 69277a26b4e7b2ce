using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>What a user's actor does next about a request.</summary>
internal abstract record UserStep
{
    /// <summary>The request is decided.</summary>
    public sealed record Reply(IUserReply Message) : UserStep;

    /// <summary>The active session must be retired first; then the request is decided anew with its reply.</summary>
    /// <param name="Epoch">The user's next epoch.</param>
    public sealed record Retire(SessionId Session, long Epoch, bool OnlyIfEnded, CommandId? UnlessKnown) : UserStep;

    /// <summary>The fact must be journaled; then the request is decided anew.</summary>
    public sealed record Write(IUserEvent Event) : UserStep;
}

/// <summary>
/// Decides which session is a user's active one. At most one session takes commands at any time: the active session is retired before
/// another one becomes active, and each permission carries the epoch at which it was given. Pure.
/// </summary>
/// <param name="Epoch">The last place in the user's journal.</param>
internal sealed record ActiveSession(UserState State, long Epoch)
{
    /// <param name="retryAfter">What the limit says of an <see cref="AdmitCommand"/>; null if it admits the command.</param>
    /// <param name="retired">The active session's reply to <see cref="UserStep.Retire"/>, if it was asked for this request.</param>
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
        // A repetition changes nothing, whatever the client looks at by now.
        if (State.SentTo(command.CommandId) is { } knows && knows != command.SessionId)
            return SendTo(command, knows);
        if (retryAfter is not null)
            return Admitted(command, retryAfter, isActive: false);

        // The active session that has refused its permission was told of a later epoch, by an attempt to replace it that came to nothing.
        // A request from before another change is decided anew: it may be a late repetition, whose command has had its effect.
        var reopens = command.Reopens && command.AsOf >= Epoch;
        if (command.SessionId == State.Active && !reopens)
            return Admitted(command, null, isActive: true);
        if (command.KeepsActive)
            return Admitted(command, null, isActive: false);

        // A socket without a session belongs to the active one, if there is one by now.
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

        // The session knows a later epoch than its user does: an older backup of the user's journal was restored. The epoch has to catch up.
        if (retired.Outcome != Retirement.Retired)
            return new UserStep.Write(new SessionActivated(State.Id, active, now));
        return new UserStep.Write(new SessionActivated(State.Id, session, now) { Replaces = active, Commands = retired.Commands });
    }

    private UserStep Leave(LeaveSession leave, SessionRetired? retired, DateTimeOffset now)
    {
        if (State.Active != leave.SessionId)
            return Use(leave.SessionId, State.Active ?? State.Fresh);

        // It was reopened since the client heard of its end: there the client goes on.
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
