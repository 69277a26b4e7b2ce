using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files.Records;

/// <summary>
/// The files of the service: their records in the database, their bytes in the file store. The record comes first and goes last, so that a
/// crash at any moment leaves nothing that <see cref="FileCleaning"/> does not find.
/// </summary>
internal sealed class FileLibrary(IFileRecords records, IFileRemovals removals, IFileStore store, UploadParts uploads, TimeProvider clock)
    : IFileLibrary
{
    /// <summary>Longest time in which a file's bytes are written. The cleaner gives up a file only after a multiple of it.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Longest time for undoing a failed write; then the cleaner does it.</summary>
    private static readonly TimeSpan UndoTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Most sessions of one file that anybody looks at.</summary>
    private const int MostSessions = 100;

    /// <summary>Mentions per step of a release.</summary>
    private const int StepFiles = 50;

    /// <summary>Stores an uploaded file. Its owner can mention it from then on.</summary>
    /// <param name="file">Its size is that of the content.</param>
    /// <param name="thumbnail">The small picture of an image; null for none.</param>
    /// <param name="quota">Most bytes of all files of the owner.</param>
    /// <returns>False if the quota does not suffice; then nothing is stored.</returns>
    /// <exception cref="FileStoreUnavailableException">A store does not respond; nothing of the file is left, or the cleaner removes it.</exception>
    public Task<bool> Store(StoredFile file, Stream content, Stream? thumbnail, long quota, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            if (!await records.Begin(file, quota, cancellationToken))
                return false;
            await Write(file, content, thumbnail, cancellationToken);
            return true;
        });

    /// <summary>Removes what is left of a file whose bytes were never complete. Leaves a complete file alone.</summary>
    public Task GiveUp(FileId file, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            if (await removals.MarkUnwritten(file, cancellationToken))
                await Remove(file, cancellationToken);
            return true;
        });

    public Task<FileClaim> Claim(UserId owner, SessionId session, IReadOnlyList<FileId> files, CancellationToken cancellationToken) =>
        Guard(() => records.Claim(owner, session, files, clock.GetUtcNow(), cancellationToken));

    public Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken) =>
        Guard(() => records.Find(files, cancellationToken));

    public Task<IReadOnlyList<SessionId>> Sessions(FileId file, CancellationToken cancellationToken) =>
        Guard(() => records.SessionsOf(file, MostSessions, cancellationToken));

    public Task<Stream?> Open(FileId file, CancellationToken cancellationToken) =>
        Guard(async () =>
            await records.Find([file], cancellationToken) is [_]
                ? await store.OpenRead(FileKey.Content(file), 0, null, cancellationToken)
                : null
        );

    /// <summary>Removes a file, whatever mentions it: messages keep its name, and its address leads nowhere.</summary>
    /// <returns>False if there is no such file.</returns>
    /// <exception cref="FileStoreUnavailableException">Nobody can open the file any more, but its bytes are still there: the cleaner deletes them.</exception>
    public Task<bool> Delete(FileId file, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            if (!await removals.Mark(file, evenIfMentioned: true, cancellationToken))
                return false;
            await Remove(file, cancellationToken);
            return true;
        });

    /// <summary>Removes a file that no session mentions; leaves any other file alone.</summary>
    public Task Discard(FileId file, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            if (await removals.Mark(file, evenIfMentioned: false, cancellationToken))
                await Remove(file, cancellationToken);
            return true;
        });

    public Task Release(SessionId session, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            await removals.Close(session, cancellationToken);
            await Release(session, null, cancellationToken);
            return true;
        });

    public Task ReleaseUnsent(UserId owner, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            var run = new RemovalRun(store);
            int left;
            IReadOnlyList<FileId> files;
            do
            {
                left = run.Left;
                files = await removals.MarkUnsent(owner, StepFiles, cancellationToken);
                await Remove(files, run, cancellationToken);
            } while (run.Left - left < files.Count);
            await uploads.RemoveOf(owner, run, cancellationToken);
            run.ThrowIfLeft();
            return true;
        });

    /// <summary>Forgets the mentions of a session, and removes every file that no other session mentions.</summary>
    /// <param name="before">Mentions of this time or later stay; null for all mentions.</param>
    internal async Task Release(SessionId session, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        var run = new RemovalRun(store);
        MarkedFiles step;
        int left;
        do
        {
            left = run.Left;
            step = await removals.Release(session, before, StepFiles, cancellationToken);
            await Remove(step.Files, run, cancellationToken);
            // Files that are left come again with the next step, which must not go on for ever.
        } while (step.More && (step.Files.Count == 0 || run.Left - left < step.Files.Count));

        run.ThrowIfLeft();
    }

    /// <summary>Deletes the bytes of marked files, then their records.</summary>
    internal async Task Remove(IEnumerable<FileId> files, RemovalRun run, CancellationToken cancellationToken)
    {
        foreach (var file in files)
            await run.Try(() => Remove(file, cancellationToken), cancellationToken);
    }

    private async Task Remove(FileId file, CancellationToken cancellationToken)
    {
        await store.Delete(FileKey.Content(file), cancellationToken);
        await store.Delete(FileKey.Thumbnail(file), cancellationToken);
        await removals.Forget(file, cancellationToken);
    }

    private async Task Write(StoredFile file, Stream content, Stream? thumbnail, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(WriteTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await store.Write(FileKey.Content(file.Id), content, either.Token);
            if (thumbnail is not null)
                await store.Write(FileKey.Thumbnail(file.Id), thumbnail, either.Token);
            if (!await records.Complete(file.Id, file.Size, clock.GetUtcNow(), either.Token))
                throw new FileStoreUnavailableException("The file was not written in time, and its record was given up.");
        }
        catch (Exception e)
        {
            await Undo(file.Id);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new FileStoreUnavailableException($"The file store did not take the file within {WriteTimeout}.", e);
            throw;
        }
    }

    private async Task Undo(FileId file)
    {
        using var time = new CancellationTokenSource(UndoTimeout, clock);
        try
        {
            // A complete file stays: another request of the same upload may have stored it.
            await GiveUp(file, time.Token);
        }
        catch (Exception e) when (e is FileStoreUnavailableException or OperationCanceledException)
        {
            // The record is still there, so the cleaner finds the file.
        }
    }

    /// <summary>Runs work and reports a database that does not respond as the port promises it.</summary>
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
