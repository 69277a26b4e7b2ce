using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>
/// The events that bring a conversation of the replaced service into a journal. A conversation that had ended there also gets a
/// <see cref="SessionEnded"/>.
/// </summary>
public static partial class SessionProtocol
{
    /// <summary>A conversation of the replaced service was imported; its messages follow in the same write.</summary>
    /// <param name="Totals">The totals of the replaced service, including its messages.</param>
    /// <param name="At">Time of the import.</param>
    public sealed record SessionImported(SessionId SessionId, UserId UserId, ModelId ModelId, SessionTotals Totals, DateTimeOffset At)
        : ISessionEvent;

    /// <summary>One item of an imported conversation.</summary>
    /// <param name="ModelId">The conversation's model; null if the item is not an answer.</param>
    /// <param name="FileId">The replaced service's id of a file. The file itself is not imported.</param>
    /// <param name="At">Time of the item in the replaced service.</param>
    public sealed record MessageImported(
        SessionId SessionId,
        MessageId MessageId,
        ImportedSender Sender,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        ModelId? ModelId,
        string? FileId,
        string? FileUrl,
        DateTimeOffset At
    ) : ISessionEvent;
}
