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
    Task<CleaningStep> RemoveUnused(CancellationToken cancellationToken);

    /// <summary>Sessions that claimed files long ago and that nobody has heard of since. Bounded.</summary>
    /// <returns>The sessions, each with the owner of the files.</returns>
    Task<IReadOnlyList<(SessionId Session, UserId Owner)>> FindDoubtful(CancellationToken cancellationToken);

    /// <summary>Whether a doubtful session exists: if not, its files are removed unless another session mentions them.</summary>
    /// <returns>Number of files that could not be removed now.</returns>
    Task<int> Settle(SessionId session, bool exists, CancellationToken cancellationToken);

    /// <summary>
    /// Compares the whole store with the records: removes objects without a record, and the files of sessions that were erased by a release
    /// which knows no files. Takes long in a large store.
    /// </summary>
    Task<SweepResult> Sweep(CancellationToken cancellationToken);
}

/// <summary>What a step of the cleaning has done.</summary>
/// <param name="Left">Files and uploads whose bytes could not be deleted, although the store works. They are tried again after the others.</param>
/// <param name="More">Whether there may be more to remove.</param>
public sealed record CleaningStep(int Left, bool More);

/// <summary>What a comparison of the whole store has done.</summary>
/// <param name="Removed">Number of objects and sessions' files that were removed.</param>
/// <param name="Left">Number of those that could not be removed, although the store works.</param>
public sealed record SweepResult(int Removed, int Left);
