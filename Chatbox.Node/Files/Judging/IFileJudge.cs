namespace Chatbox.Node.Files.Judging;

/// <summary>
/// Decides whether an uploaded file may be stored: its name, its true type, and what hides inside. Works with constant memory and within
/// a deadline. Bad files are verdicts; exceptions are faults of the node, such as a full disk.
/// </summary>
internal interface IFileJudge
{
    /// <summary>
    /// Judges a complete file of at least 0 bytes; the size limit of uploads is the caller's. Reads the content from its start and leaves the
    /// position anywhere.
    /// </summary>
    Task<FileVerdict> Judge(SpooledFile file, CancellationToken cancellationToken);
}

/// <summary>A file that was received completely, and is not in the store yet.</summary>
/// <param name="Name">The name as the client sent it: any text.</param>
/// <param name="ClaimedType">The media type as the client sent it; null without one.</param>
/// <param name="Content">All bytes; can be sought. The caller disposes the stream.</param>
internal sealed record SpooledFile(string Name, string? ClaimedType, Stream Content);
