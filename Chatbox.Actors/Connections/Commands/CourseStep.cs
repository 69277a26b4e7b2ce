using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>What a connection does next about its client's session.</summary>
internal abstract record CourseStep
{
    /// <summary>Asks the user's actor.</summary>
    public sealed record AskUser(IUserCommand Message) : CourseStep;

    /// <summary>Asks a session, on behalf of the connection.</summary>
    public sealed record AskSession(IWithSessionId Message) : CourseStep;

    /// <summary>Sends the client's command to a session.</summary>
    public sealed record SendCommand(SessionId Session, Permission Permission) : CourseStep;

    /// <summary>The command ends here: its session takes no more commands.</summary>
    /// <param name="Leaves">The session is no more: the socket looks at another one after that.</param>
    public sealed record Refuse(bool Leaves) : CourseStep;

    /// <summary>The socket looks at this session from now on.</summary>
    /// <param name="Why">How the session before has ended, if the client must be told.</param>
    public sealed record Follow(SessionId Session, Ending? Why) : CourseStep;
}
