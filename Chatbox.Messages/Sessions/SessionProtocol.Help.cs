namespace Chatbox.Messages.Sessions;

/// <summary>The messages with which an owner asks for a person and rates a conversation, and the events they cause.</summary>
public static partial class SessionProtocol
{
    /// <summary>
    /// Asks for a person's help; also opens a session. While a request is open, a further one is the same request: it is accepted, and
    /// changes nothing.
    /// </summary>
    /// <inheritdoc cref="SubmitMessage" path="/param" />
    public sealed record RequestHelp(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId) : IClientCommand
    {
        public Permission Permission { get; init; }
    }

    /// <summary>Rates a message of a model or an admin, or the whole session. A later rating of the same replaces the earlier one.</summary>
    /// <param name="MessageId">The rated message; null for the session.</param>
    /// <param name="Comment">At most 1000 characters; null without one.</param>
    /// <inheritdoc cref="SubmitMessage" path="/param" />
    public sealed record RateConversation(
        SessionId SessionId,
        CommandId CommandId,
        bool Named,
        UserId UserId,
        MessageId? MessageId,
        Rating Rating,
        string? Comment
    ) : IClientCommand
    {
        public Permission Permission { get; init; }
    }

    /// <summary>
    /// The owner asked for a person. If no request was open, one is open now, and this event's place is the incident's number. Otherwise the
    /// event only keeps the command's repetition from opening another request later.
    /// </summary>
    public sealed record HelpRequested(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;

    /// <summary>The owner rated a message or the session.</summary>
    /// <inheritdoc cref="RateConversation" path="/param" />
    public sealed record ConversationRated(
        SessionId SessionId,
        CommandId CommandId,
        MessageId? MessageId,
        Rating Rating,
        string? Comment,
        DateTimeOffset At
    ) : ISessionEvent;
}
