using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files;

/// <summary>
/// The end of the records of <see cref="IFileRecords"/>. A file is removed in three steps: its record is marked, so that nobody finds or
/// mentions it any more; its bytes are deleted; <see cref="Forget"/> deletes the record. A crash leaves a marked record, with which a
/// repetition goes on. Every method throws <see cref="IndexUnavailableException"/> when the database does not respond.
/// </summary>
internal interface IFileRemovals
{
    /// <summary>Refuses all further claims of a session, for good. Idempotent.</summary>
    Task Close(SessionId session, CancellationToken cancellationToken);

    /// <summary>
    /// Drops mentions of a session. Marks the files that no other session mentions; their mentions stay until <see cref="Forget"/>, so that a
    /// repetition returns the files again.
    /// </summary>
    /// <param name="before">Mentions of this time or later stay; null to drop every mention.</param>
    /// <param name="limit">Maximum number of mentions in one step.</param>
    Task<MarkedFiles> Release(SessionId session, DateTimeOffset? before, int limit, CancellationToken cancellationToken);

    /// <summary>Marks a file.</summary>
    /// <param name="evenIfMentioned">False to keep a file that a session mentions.</param>
    /// <returns>Whether the file is marked; false if it is kept, or unknown.</returns>
    Task<bool> Mark(FileId file, bool evenIfMentioned, CancellationToken cancellationToken);

    /// <summary>Marks a file whose bytes are not complete.</summary>
    /// <returns>Whether the file is marked; false if it is complete, or unknown.</returns>
    Task<bool> MarkUnwritten(FileId file, CancellationToken cancellationToken);

    /// <summary>Marks the complete files of a user that no session mentions, and returns them with those that were marked before.</summary>
    /// <param name="limit">Maximum number of files.</param>
    Task<IReadOnlyList<FileId>> MarkUnsent(UserId owner, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Marks files that nobody needs, of all users, and returns them, and then those that were marked before. A file whose bytes cannot be
    /// deleted is returned again only after all others.
    /// </summary>
    /// <param name="writtenBefore">A file whose upload began before this time and is not complete is given up.</param>
    /// <param name="unsentBefore">A file that was complete before this time and is not mentioned in any session is given up.</param>
    /// <param name="limit">Maximum number of files.</param>
    Task<IReadOnlyList<FileId>> MarkUnused(
        DateTimeOffset now,
        DateTimeOffset writtenBefore,
        DateTimeOffset unsentBefore,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>No byte of the file is left: deletes its record, if it is marked, and its mentions. Idempotent.</summary>
    Task Forget(FileId file, CancellationToken cancellationToken);

    /// <summary>
    /// Sessions that claimed files before this time and that the index does not have: they may never have come to be.
    /// </summary>
    /// <param name="limit">Maximum number of sessions.</param>
    Task<IReadOnlyList<DoubtfulSession>> Doubtful(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>The session exists: its mentions are no longer doubtful.</summary>
    Task Confirm(SessionId session, CancellationToken cancellationToken);

    /// <summary>Erased sessions that still mention files, because a release erased them that knows no files.</summary>
    /// <param name="limit">Maximum number of sessions.</param>
    Task<IReadOnlyList<SessionId>> ErasedWithFiles(int limit, CancellationToken cancellationToken);

    /// <summary>The ids among these that have a record, marked or not.</summary>
    Task<IReadOnlySet<FileId>> Known(IReadOnlyCollection<FileId> files, CancellationToken cancellationToken);
}

/// <summary>Files to remove.</summary>
/// <param name="More">Whether there may be more: the step has reached its limit.</param>
internal sealed record MarkedFiles(IReadOnlyList<FileId> Files, bool More);

/// <summary>A session that the index does not have, and the owner of the files that it claimed.</summary>
internal sealed record DoubtfulSession(SessionId Session, UserId Owner);
