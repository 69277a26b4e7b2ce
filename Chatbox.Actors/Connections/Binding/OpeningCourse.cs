using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>
/// Finds the session for a new socket: the session that the client names, if the user owns it; otherwise the active session; otherwise a
/// fresh id. A client that opens a session makes that session the active one; a client that resumes only watches. Pure and immutable.
/// Protocol section 3, "Binding".
/// </summary>
/// <param name="Named">The session that the client names.</param>
/// <param name="Opens">The client opens the session, rather than resuming it.</param>
internal sealed record OpeningCourse(UserId User, SessionId? Named, bool Opens)
{
    /// <summary>The socket is an admin's view of the named session, which stays as it is: nothing has to be asked.</summary>
    public bool Assists { get; init; }

    private SocketAllowed? Allowed { get; init; }

    /// <summary>The named session as it stood before the user's actor was asked to make it the active one.</summary>
    private Ownership? Activated { get; init; }

    /// <summary>The user's actor has admitted the socket.</summary>
    public (OpeningCourse Next, CourseStep Step) On(SocketAllowed allowed)
    {
        var next = this with { Allowed = allowed };
        if (Assists)
            return (next, new CourseStep.Follow(Named!.Value, null));
        return (next, Named is { } session ? new CourseStep.AskGate(new GetOwnership(session, User)) : next.ToActive(null));
    }

    /// <summary>A session has said whether the user owns it, and whether it has ended.</summary>
    public (OpeningCourse Next, CourseStep Step) On(Ownership ownership)
    {
        var session = ownership.SessionId;
        if (session != Named || !ownership.Owned)
            return (this, ToActive(ownership));
        var isActive = Allowed is { IsActive: true } known && known.SessionId == session && !ownership.Ended;
        var canGoOn = !ownership.Ended || ownership.CanBeReopened;
        if (!Opens || isActive || !canGoOn || Activated is not null)
            return (this, new CourseStep.Follow(session, null));
        return (this with { Activated = ownership }, new CourseStep.AskUser(new ActivateSession(User, session)));
    }

    /// <summary>The user's actor has named the session to use.</summary>
    public CourseStep On(SessionToUse use) =>
        Activated is { Ended: true } ended && use.InsteadOf == ended.SessionId
            ? new CourseStep.AskSession(new ReopenSession(ended.SessionId, User) { Epoch = use.Epoch })
            : new CourseStep.Follow(use.SessionId, null);

    /// <summary>Asks the active session itself whether it has ended: its user learns of the end late.</summary>
    private CourseStep ToActive(Ownership? known)
    {
        var allowed = Allowed!;
        if (!allowed.IsActive)
            return new CourseStep.Follow(allowed.SessionId, null);
        if (known?.SessionId != allowed.SessionId)
            return new CourseStep.AskSession(new GetOwnership(allowed.SessionId, User));
        return known.Ended
            ? new CourseStep.AskUser(new LeaveSession(User, allowed.SessionId, null) { AsOf = allowed.Epoch })
            : new CourseStep.Follow(allowed.SessionId, null);
    }
}
