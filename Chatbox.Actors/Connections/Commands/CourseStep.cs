using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>The next step in finding the session for a new socket, or for a client's command.</summary>
internal abstract record CourseStep
{
    /// <summary>Ask the user's actor.</summary>
    public sealed record AskUser(IUserCommand Message) : CourseStep;

    /// <summary>Ask a session that the client has named: only the gate may be asked, because an id that was guessed must not wake a session.</summary>
    public sealed record AskGate(GetOwnership Message) : CourseStep;

    /// <summary>Ask a session that the user's actor has named.</summary>
    public sealed record AskSession(IWithSessionId Message) : CourseStep;

    /// <summary>Send the client's command to a session.</summary>
    public sealed record SendCommand(SessionId Session, Permission Permission) : CourseStep;

    /// <summary>Refuse the command: its session takes no more commands.</summary>
    /// <param name="Leaves">The session no longer exists, so the socket moves to another one after the refusal.</param>
    public sealed record Refuse(bool Leaves) : CourseStep;

    /// <summary>Look at this session from now on.</summary>
    /// <param name="Why">How the previous session has ended, if the client must be told.</param>
    public sealed record Follow(SessionId Session, Ending? Why) : CourseStep;
}
