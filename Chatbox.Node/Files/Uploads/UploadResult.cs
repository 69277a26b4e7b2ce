using Chatbox.Actors.Files;
using Chatbox.Node.Files.Judging;

namespace Chatbox.Node.Files.Uploads;

/// <summary>What became of a file that was received.</summary>
internal abstract record UploadResult
{
    private UploadResult() { }

    /// <summary>The file is stored, and its owner can mention it.</summary>
    public sealed record Stored(StoredFile File) : UploadResult;

    /// <inheritdoc cref="FileVerdict.Refused" />
    public sealed record Refused(FileFault Fault, string Message) : UploadResult;

    /// <summary>The owner's files would have more bytes than the quota allows.</summary>
    public sealed record OverQuota : UploadResult;

    /// <inheritdoc cref="FileVerdict.Undecided" />
    public sealed record Undecided(string Message) : UploadResult;
}
