using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>Who said it in the replaced service; numbers are journaled and never change.</summary>
public enum ImportedSender
{
    /// <summary>The session's owner.</summary>
    User = 1,

    /// <summary>A model.</summary>
    Ai = 2,

    /// <summary>A person who assisted.</summary>
    Admin = 3,

    /// <summary>The service itself.</summary>
    System = 4,
}

/// <summary>
/// A message of the replaced service. Of an answer it is not known what was asked, how it ended and what it cost: so it is none of ours.
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

    /// <summary>The protocol's type of frame that shows it.</summary>
    public string Type =>
        Sender switch
        {
            ImportedSender.Ai => "ai_response",
            ImportedSender.System => "notification",
            _ when FileId is not null => "file_upload",
            _ => "user_message",
        };

    /// <summary>The protocol's word for who said it.</summary>
    public string SenderName =>
        Sender switch
        {
            ImportedSender.User => "user",
            ImportedSender.Ai => "ai",
            ImportedSender.Admin => "admin",
            ImportedSender.System => "system",
            _ => throw new InvalidOperationException($"Nobody is called {Sender}."),
        };
}
