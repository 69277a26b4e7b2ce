namespace Chatbox.Client.Files;

/// <summary>A file that the server has stored. A message that is sent within a day can mention it; then the session keeps it.</summary>
/// <param name="FileId">The id by which messages mention the file.</param>
/// <param name="FileUrl">Where the file is, for a limited time; can be relative to the address of the service.</param>
/// <param name="Size">Bytes; those that were sent if the server does not say what it has made of them.</param>
/// <param name="MimeType">The type that the server has seen in the content; null for a resumable upload.</param>
public sealed record UploadedFile(string FileId, string? FileUrl, long Size, string? MimeType);

/// <summary>How much of a file the server has taken.</summary>
/// <param name="Sent">Bytes. It goes back where a connection was cut and some of what was on its way is lost.</param>
/// <param name="Total">Bytes of the whole file.</param>
public readonly record struct UploadProgress(long Sent, long Total);
