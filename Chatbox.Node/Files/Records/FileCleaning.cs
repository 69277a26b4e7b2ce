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
    IOpenUploads openUploads,
    TimeSpan keepUnsent,
    TimeProvider clock
) : IFileCleaning
{
    /// <summary>Longer than any node can still be writing a file.</summary>
    private static readonly TimeSpan GiveUpWriting = 3 * FileLibrary.WriteTimeout;

    /// <summary>Files or sessions in one step.</summary>
    private const int StepRows = 100;

    /// <summary>The kinds of objects that have a record.</summary>
    private static readonly string[] Kinds = [KindOf(FileKey.Content(default)), KindOf(FileKey.Thumbnail(default))];
    private static readonly string Parts = KindOf(FileKey.Part(default, 0));

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

            // A file's record is written before its objects, so the absence of a record is no matter of time. A part comes before its record.
            foreach (var kind in Kinds)
                removed += await RemoveUnknown(kind, DateTimeOffset.MaxValue, removals.Known, run, cancellationToken);
            removed += await RemoveUnknown(Parts, UnsentBefore, openUploads.KnownParts, run, cancellationToken);
            return new SweepResult(removed, run.Left);
        });

    /// <summary>Removes the objects of a kind that have no record and were written before this time.</summary>
    private async Task<int> RemoveUnknown(
        string kind,
        DateTimeOffset before,
        Func<IReadOnlyCollection<FileId>, CancellationToken, Task<IReadOnlySet<FileId>>> known,
        RemovalRun run,
        CancellationToken cancellationToken
    )
    {
        var (removed, left) = (0, run.Left);
        await foreach (var some in store.List(kind, cancellationToken).Chunk(StepRows).WithCancellation(cancellationToken))
        {
            var old = some.Where(found => found.WrittenAt < before).Select(found => (found.Key, Id: IdIn(found.Key))).ToList();
            var recorded = await known([.. old.Select(found => found.Id).Distinct()], cancellationToken);
            foreach (var (key, _) in old.Where(found => !recorded.Contains(found.Id)))
            {
                await run.Try(() => store.Delete(key, cancellationToken), cancellationToken);
                removed++;
            }
        }

        return removed - (run.Left - left);
    }

    /// <summary>The id in a key: <c>content/ID</c>, <c>part/ID/OFFSET</c>.</summary>
    private static FileId IdIn(FileKey key) => new(key.Value.Split('/')[1]);

    private static string KindOf(FileKey key) => key.Value[..(key.Value.IndexOf('/', StringComparison.Ordinal) + 1)];

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
