using Chatbox.Messages;

namespace Chatbox.Actors.Files.Cleaning;

/// <summary>
/// Removes files that nobody needs any more, and what crashes left. Idempotent, so that two nodes that work at once do no harm. Every method
/// throws <see cref="FileStoreUnavailableException"/> when a store does not respond in time.
/// </summary>
public interface IFileCleaning
{
    /// <summary>
    /// Removes files that were uploaded and never mentioned, uploads that were given up, and files whose removal was interrupted. Bounded
    /// work.
    /// </summary>
    /// <returns>Whether there may be more to remove.</returns>
    Task<bool> RemoveUnused(CancellationToken cancellationToken);

    /// <summary>Sessions that claimed files long ago and that nobody has heard of since. Bounded.</summary>
    /// <returns>The sessions, each with the owner of the files.</returns>
    Task<IReadOnlyList<(SessionId Session, UserId Owner)>> FindDoubtful(CancellationToken cancellationToken);

    /// <summary>Whether a doubtful session exists: if not, its files are removed unless another session mentions them.</summary>
    Task Settle(SessionId session, bool exists, CancellationToken cancellationToken);

    /// <summary>
    /// Compares the whole store with the records: removes objects without a record, and the files of sessions that were erased by a release
    /// which knows no files. Takes long in a large store.
    /// </summary>
    /// <returns>Number of objects and files removed.</returns>
    Task<int> Sweep(CancellationToken cancellationToken);
}
