using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>How a conversation of the replaced service gets into a journal: these first, and its end like any other.</summary>
public static partial class SessionProtocol
{
    /// <summary>A conversation that was held elsewhere goes on here; its messages follow.</summary>
    /// <param name="Totals">As they were there, its messages included.</param>
    /// <param name="At">When it was brought here.</param>
    public sealed record SessionImported(SessionId SessionId, UserId UserId, ModelId ModelId, SessionTotals Totals, DateTimeOffset At)
        : ISessionEvent;

    /// <summary>Something that was said there.</summary>
    /// <param name="ModelId">The conversation's model, if a model said it.</param>
    /// <param name="FileId">The replaced service's own name of a file, which is not kept here.</param>
    /// <param name="At">When it was said.</param>
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
