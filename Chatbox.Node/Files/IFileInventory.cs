using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files;

/// <summary>
/// The records of files as operators see them, in whatever state. Every method throws <see cref="IndexUnavailableException"/> when the database
/// does not respond.
/// </summary>
internal interface IFileInventory
{
    /// <summary>The record of a file; null without one.</summary>
    Task<FileRecord?> Find(FileId file, CancellationToken cancellationToken);

    /// <summary>The records in the order of their ids.</summary>
    /// <param name="after">The last id of the page before; null for the first page.</param>
    /// <param name="limit">Maximum number of records.</param>
    Task<IReadOnlyList<FileRecord>> List(FileId? after, int limit, CancellationToken cancellationToken);
}

/// <summary>The record of a file.</summary>
/// <param name="At">When the file was complete; before that, when its upload began; afterwards, when its removal was tried last.</param>
internal sealed record FileRecord(FileId Id, UserId Owner, FileState State, DateTimeOffset At)
{
    public bool IsComplete => State is FileState.Unsent or FileState.Mentioned;
}

/// <summary>How far the life of a file has come.</summary>
internal enum FileState
{
    /// <summary>Its bytes are being written.</summary>
    Writing,

    /// <summary>It is complete, and no session mentions it.</summary>
    Unsent,

    /// <summary>It is complete, and a session mentions it.</summary>
    Mentioned,

    /// <summary>Its bytes are being deleted, and nobody can open it any more.</summary>
    Removing,
}
