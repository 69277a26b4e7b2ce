namespace Chatbox.Messages.Sessions;

/// <summary>
/// The messages that a session sends and receives, and the events it journals. Timers and messages to itself stay private to the actor.
/// </summary>
public static partial class SessionProtocol
{
    /// <summary>Asks a session to change something. A command may write to the session's journal.</summary>
    public interface ISessionCommand : IWithSessionId, IWireMessage;

    /// <summary>A command that takes effect once per <see cref="CommandId"/>. A repetition gets the first reply again.</summary>
    public interface IIdentifiedCommand : ISessionCommand
    {
        CommandId CommandId { get; }

        /// <summary>
        /// The user who asks. A session refuses the commands of everybody but its owner, except an erasure by an administrator
        /// and the <see cref="IAdminCommand"/>s.
        /// </summary>
        UserId UserId { get; }
    }

    /// <summary>A client's command. A session executes it only with the permission of the owner's <c>UserActor</c>.</summary>
    public interface IClientCommand : IIdentifiedCommand
    {
        /// <summary>Whether the client gave the command id and waits for an <c>ack</c>.</summary>
        bool Named { get; }

        Permission Permission { get; }
    }

    /// <summary>
    /// A command that starts an answer, and therefore counts against the user's message limit, unless the session knows the command id.
    /// </summary>
    public interface ILimitedCommand : IClientCommand
    {
        /// <summary>The limit's decision.</summary>
        Admission Admission { get; }

        /// <summary>The trace span that the command belongs to, as a W3C <c>traceparent</c>; null without tracing.</summary>
        string? TraceParent { get; }
    }

    /// <summary>A message of a connection about itself as a viewer of a session.</summary>
    public interface IViewerMessage : IWithSessionId, IWireMessage;

    /// <summary>Asks a session for information without changing it.</summary>
    public interface ISessionQuery : IWithSessionId, IWireMessage;

    /// <summary>A session's reply to a command, a query or a viewer.</summary>
    public interface ISessionReply : IWithSessionId, IWireMessage;

    /// <summary>
    /// A fact in the session's journal. The actor sets <see cref="At"/>, because the state that applies the event reads no clock.
    /// </summary>
    public interface ISessionEvent : IWithSessionId, IWireMessage
    {
        DateTimeOffset At { get; }
    }
}
