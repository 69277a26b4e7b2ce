namespace Chatbox.Messages.Sessions;

/// <summary>What crosses the session's boundary. Timers and self-messages stay private to the actor.</summary>
public static partial class SessionProtocol
{
    /// <summary>Asks a session to change something. A command may write to the session's journal.</summary>
    public interface ISessionCommand : IWithSessionId, IWireMessage;

    /// <summary>A command that takes effect once per <see cref="CommandId"/>: a repetition gets the first reply again.</summary>
    public interface IIdentifiedCommand : ISessionCommand
    {
        CommandId CommandId { get; }

        /// <summary>Who asks. A session does nothing for anybody but its owner.</summary>
        UserId UserId { get; }
    }

    /// <summary>A command of a client. A session takes it only with the permission of its owner's <c>UserActor</c>.</summary>
    public interface IClientCommand : IIdentifiedCommand
    {
        /// <summary>The client gave the command id and waits for an <c>ack</c>.</summary>
        bool Named { get; }

        Permission Permission { get; }
    }

    /// <summary>Costs an answer: the user's message limit applies, unless the id is already known.</summary>
    public interface ILimitedCommand : IClientCommand
    {
        /// <summary>What the limit says.</summary>
        Admission Admission { get; }

        /// <summary>The span this command belongs to, as W3C Trace Context writes it; null if nobody traces.</summary>
        string? TraceParent { get; }
    }

    /// <summary>A connection speaks of itself as a viewer of a session.</summary>
    public interface IViewerMessage : IWithSessionId, IWireMessage;

    /// <summary>Asks a session for something without changing it.</summary>
    public interface ISessionQuery : IWithSessionId, IWireMessage;

    /// <summary>A session's answer to a command, a query or a viewer.</summary>
    public interface ISessionReply : IWithSessionId, IWireMessage;

    /// <summary>A journaled fact. The actor stamps <see cref="At"/>; <c>Apply</c> never reads a clock.</summary>
    public interface ISessionEvent : IWithSessionId, IWireMessage
    {
        DateTimeOffset At { get; }
    }
}
