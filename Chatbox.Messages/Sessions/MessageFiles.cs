using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>How a client sent a message with files: the type of its frame. The numbers are journaled and never change.</summary>
public enum MessageForm
{
    /// <summary>A <c>user_message</c> with <c>metadata.file_ids</c>.</summary>
    UserMessage = 1,

    /// <summary>A <c>file_upload</c>.</summary>
    FileUpload = 2,

    /// <summary>A <c>voice_message</c>.</summary>
    VoiceMessage = 3,
}

/// <summary>The files that a message carries, in the order in which the client named them. Their bytes are never in the journal.</summary>
/// <param name="Files">1 to <see cref="MostFiles"/>.</param>
public sealed record MessageFiles(MessageForm Form, ImmutableList<MessageFile> Files)
{
    /// <summary>Greatest number of files of one message.</summary>
    public const int MostFiles = 10;

    /// <summary>Length of names, types and addresses, in UTF-16 code units.</summary>
    public int Length => Files.Sum(file => file.Id.Length + file.Name.Length + file.MimeType.Length + (file.Address?.Length ?? 0));
}

/// <summary>
/// A file of a message, as the session knows it since the message was sent. Prompts are built from these facts alone, so that they can be
/// replayed when the file is gone.
/// </summary>
/// <param name="Id">The <see cref="FileId"/> of a file of this service; for a foreign file, whatever its client calls it.</param>
/// <param name="Address">The https address of a foreign file; null for a file of this service, whose address is signed when it is shown.</param>
/// <param name="Size">Bytes; 0 if unknown, as for every foreign file.</param>
public sealed record MessageFile(string Id, string? Address, string Name, string MimeType, long Size)
{
    /// <summary>Width of an image in pixels; null for other files, and if unknown.</summary>
    public int? Width { get; init; }

    /// <summary>Height of an image in pixels; null for other files, and if unknown.</summary>
    public int? Height { get; init; }
}
