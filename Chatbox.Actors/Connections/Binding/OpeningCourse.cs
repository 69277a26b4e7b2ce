using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>
/// Finds the session that a new socket looks at: the one that the client names, if the user owns it; else the active one; else a fresh id.
/// A client that opens a session makes it the active one; a client that resumes only watches. Pure.
/// </summary>
/// <param name="named">The session that the client names.</param>
/// <param name="opens">The client opens the session, and does not only resume.</param>
internal sealed class OpeningCourse(UserId user, SessionId? named, bool opens)
{
    private SocketAllowed? _allowed;
    private Ownership? _ended;

    /// <summary>The user has given the socket its place; null if it had one.</summary>
    public CourseStep? On(SocketAllowed allowed)
    {
        if (_allowed is not null)
            return null;
        _allowed = allowed;
        return named is { } session ? new CourseStep.AskSession(new GetOwnership(session, user)) : ToActive(null);
    }

    public CourseStep On(Ownership ownership)
    {
        var session = ownership.SessionId;
        if (session != named || !ownership.Owned)
            return ToActive(ownership);
        var isActive = _allowed is { IsActive: true } known && known.SessionId == session && !ownership.Ended;
        var canGoOn = !ownership.Ended || ownership.CanBeReopened;
        if (!opens || isActive || !canGoOn || _ended is not null)
            return new CourseStep.Follow(session, null);
        _ended = ownership;
        return new CourseStep.AskUser(new ActivateSession(user, session));
    }

    public CourseStep On(SessionToUse use) =>
        _ended is { Ended: true } ended && use.InsteadOf == ended.SessionId
            ? new CourseStep.AskSession(new ReopenSession(ended.SessionId, user) { Epoch = use.Epoch })
            : new CourseStep.Follow(use.SessionId, null);

    /// <summary>The user learns late that its active session has ended: the session itself is asked.</summary>
    private CourseStep ToActive(Ownership? known)
    {
        var allowed = _allowed!;
        if (!allowed.IsActive)
            return new CourseStep.Follow(allowed.SessionId, null);
        if (known?.SessionId != allowed.SessionId)
            return new CourseStep.AskSession(new GetOwnership(allowed.SessionId, user));
        return known.Ended
            ? new CourseStep.AskUser(new LeaveSession(user, allowed.SessionId, null) { AsOf = allowed.Epoch })
            : new CourseStep.Follow(allowed.SessionId, null);
    }
}
