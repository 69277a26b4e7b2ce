using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Cleaning;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files.Records;

/// <summary>Removes files that nobody needs any more.</summary>
/// <param name="keepUnsent">How long a complete file is kept that no session mentions (<c>UPLOAD_KEEP_UNSENT</c>).</param>
internal sealed class FileCleaning(
    IFileRemovals removals,
    FileLibrary library,
    IFileStore store,
    UploadParts uploads,
    StoreComparison comparison,
    TimeSpan keepUnsent,
    TimeProvider clock
) : IFileCleaning
{
    /// <summary>Longer than any node can still be writing a file.</summary>
    private static readonly TimeSpan GiveUpWriting = 3 * FileLibrary.WriteTimeout;

    /// <summary>Files or sessions in one step.</summary>
    private const int StepRows = 100;

    private DateTimeOffset UnsentBefore => clock.GetUtcNow() - keepUnsent;

    public Task<CleaningStep> RemoveUnused(CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            var (run, now) = (new RemovalRun(store), clock.GetUtcNow());
            var unused = await removals.MarkUnused(now, now - GiveUpWriting, UnsentBefore, StepRows, cancellationToken);
            await library.Remove(unused, run, cancellationToken);
            // Files that cannot be deleted now are no reason to hurry.
            var moreFiles = unused.Count >= StepRows && run.Left < unused.Count;
            var moreUploads = await uploads.RemoveExpired(UnsentBefore, run, cancellationToken);
            return new CleaningStep(run.Left, moreFiles || moreUploads);
        });

    public Task<IReadOnlyList<(SessionId Session, UserId Owner)>> FindDoubtful(CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            var doubtful = await removals.Doubtful(UnsentBefore, StepRows, cancellationToken);
            return (IReadOnlyList<(SessionId, UserId)>)[.. doubtful.Select(found => (found.Session, found.Owner))];
        });

    public Task<int> Settle(SessionId session, bool exists, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            var run = new RemovalRun(store);
            if (exists)
                await removals.Confirm(session, cancellationToken);
            else
                await run.Try(() => library.Release(session, UnsentBefore, cancellationToken), cancellationToken);
            return run.Left;
        });

    public Task<SweepResult> Sweep(CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            await store.RemoveUnfinished(GiveUpWriting, cancellationToken);
            var (run, removed) = (new RemovalRun(store), 0);
            int gone;
            do
            {
                var (sessions, left) = (await removals.ErasedWithFiles(StepRows, cancellationToken), run.Left);
                foreach (var session in sessions)
                    await run.Try(() => library.Release(session, null, cancellationToken), cancellationToken);
                gone = sessions.Count - (run.Left - left);
                removed += gone;
            } while (gone > 0);

            await foreach (var found in comparison.ObjectsWithoutRecord(UnsentBefore, cancellationToken))
            {
                var left = run.Left;
                await run.Try(() => store.Delete(found.Key, cancellationToken), cancellationToken);
                removed += 1 - (run.Left - left);
            }

            return new SweepResult(removed, run.Left);
        });

    private static async Task<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (IndexUnavailableException e)
        {
            throw new FileStoreUnavailableException("The database with the records of files does not respond.", e);
        }
    }
}
