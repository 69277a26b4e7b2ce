namespace Chatbox.Messages.Sessions;

/// <summary>The event about files that models return.</summary>
public static partial class SessionProtocol
{
    /// <summary>A file that a model returned is stored, or was refused. It comes before the answer's end.</summary>
    /// <param name="MessageId">The id of the item that shows it.</param>
    /// <param name="Of">The answer.</param>
    public sealed record FileReturned(SessionId SessionId, MessageId MessageId, MessageId Of, ReturnedFile Returned, DateTimeOffset At)
        : ISessionEvent;
}
