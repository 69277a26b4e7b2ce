using Chatbox.Messages;

namespace Chatbox.Actors.Files;

/// <summary>What is known about a stored file. The file itself is in the <see cref="IFileStore"/>.</summary>
/// <param name="Owner">The person who uploaded the file, or for whom a model produced it.</param>
/// <param name="Name">The name that people see: at most 255 characters, no path.</param>
/// <param name="MimeType">The type that the content shows, never merely what the client claimed.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="Image">Width and height after the orientation is applied; null for anything but an image.</param>
/// <param name="StoredAt">When the file was complete.</param>
public sealed record StoredFile(
    FileId Id,
    UserId Owner,
    string Name,
    string MimeType,
    long Size,
    ImageSize? Image,
    DateTimeOffset StoredAt
);

/// <summary>Width and height of an image, in pixels.</summary>
public readonly record struct ImageSize(int Width, int Height);
