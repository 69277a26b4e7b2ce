using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>The author of an imported item in the replaced service. The numbers are journaled and never change.</summary>
public enum ImportedSender
{
    /// <summary>The session's owner.</summary>
    User = 1,

    /// <summary>A model.</summary>
    Ai = 2,

    /// <summary>A person who assisted the owner.</summary>
    Admin = 3,

    /// <summary>The replaced service itself.</summary>
    System = 4,
}

/// <summary>
/// An item of the conversation that was imported from the replaced service. Imported answers are no <see cref="AnswerItem"/>, because their
/// question, finish reason and token usage are unknown.
/// </summary>
/// <inheritdoc cref="SessionProtocol.MessageImported" path="/param" />
public sealed record ImportedItem(
    long Seq,
    MessageId MessageId,
    ImportedSender Sender,
    string Content,
    ImmutableSortedDictionary<string, string> Metadata,
    ModelId? ModelId,
    string? FileId,
    string? FileUrl,
    DateTimeOffset At
) : SessionItem(Seq, MessageId, At)
{
    public override int Length => Content.Length + LengthOf(Metadata) + (FileId?.Length ?? 0) + (FileUrl?.Length ?? 0);
}
