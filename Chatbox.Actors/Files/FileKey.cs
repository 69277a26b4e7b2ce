using Chatbox.Messages;

namespace Chatbox.Actors.Files;

/// <summary>The place of one object in the file store: its kind, then its id. Only lower-case letters, digits, hyphens and slashes.</summary>
public readonly record struct FileKey(string Value)
{
    /// <summary>The content of a file.</summary>
    public static FileKey Content(FileId file) => new($"content/{file}");

    /// <summary>The small picture of an image.</summary>
    public static FileKey Thumbnail(FileId file) => new($"thumbnail/{file}");

    /// <summary>One received part of an upload that is not complete yet.</summary>
    /// <param name="offset">Place of the part's first byte in the upload.</param>
    public static FileKey Part(FileId upload, long offset) => new($"part/{upload}/{offset:d12}");

    public override string ToString() => Value;
}
