using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files;

namespace Chatbox.Tests.Property.Files;

/// <summary>How many calls to stores a simulated node makes before it dies. Every call after that fails.</summary>
internal sealed class Fuse(int calls)
{
    private int _left = calls;

    /// <summary>Lets other nodes go first, then counts a call.</summary>
    public async Task Burn()
    {
        await Task.Yield();
        if (Interlocked.Decrement(ref _left) < 0)
            throw new NodeDiedException();
    }
}

/// <summary>The simulated node is dead: whatever waits for it waits in vain.</summary>
internal sealed class NodeDiedException : Exception;

/// <summary>A file store that a simulated node uses until it dies. A write can be cut in the middle, which leaves nothing readable.</summary>
internal sealed class FragileFileStore(IFileStore inner, Fuse fuse) : IFileStore
{
    public async Task Write(FileKey key, Stream content, CancellationToken cancellationToken)
    {
        await fuse.Burn();
        await inner.Write(key, content, cancellationToken);
        await fuse.Burn();
    }

    public async Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken)
    {
        await fuse.Burn();
        return await inner.OpenRead(key, offset, length, cancellationToken);
    }

    public async Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        await fuse.Burn();
        await inner.Delete(key, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in inner.List(prefix, cancellationToken))
        {
            await fuse.Burn();
            yield return found;
        }
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) =>
        inner.DirectAddress(file, lifetime, cancellationToken);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => inner.RemoveUnfinished(age, cancellationToken);

    public Task Check(CancellationToken cancellationToken) => inner.Check(cancellationToken);
}

/// <summary>Records that a simulated node uses until it dies: before a call, or after it has taken effect.</summary>
internal sealed class FragileFileRecords(IFileRecords records, IFileRemovals removals, Fuse fuse) : IFileRecords, IFileRemovals
{
    public Task<long> Used(UserId owner, CancellationToken cancellationToken) => Run(() => records.Used(owner, cancellationToken));

    public Task<bool> Begin(StoredFile file, long quota, CancellationToken cancellationToken) =>
        Run(() => records.Begin(file, quota, cancellationToken));

    public Task<bool> Complete(FileId file, long size, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(() => records.Complete(file, size, now, cancellationToken));

    public Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken) =>
        Run(() => records.Find(files, cancellationToken));

    public Task<FileClaim> Claim(
        UserId owner,
        SessionId session,
        IReadOnlyList<FileId> files,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => Run(() => records.Claim(owner, session, files, now, cancellationToken));

    public Task<IReadOnlyList<SessionId>> SessionsOf(FileId file, int limit, CancellationToken cancellationToken) =>
        Run(() => records.SessionsOf(file, limit, cancellationToken));

    public Task Close(SessionId session, CancellationToken cancellationToken) => Run(() => removals.Close(session, cancellationToken));

    public Task<MarkedFiles> Release(SessionId session, DateTimeOffset? before, int limit, CancellationToken cancellationToken) =>
        Run(() => removals.Release(session, before, limit, cancellationToken));

    public Task<bool> Mark(FileId file, bool evenIfMentioned, CancellationToken cancellationToken) =>
        Run(() => removals.Mark(file, evenIfMentioned, cancellationToken));

    public Task<bool> MarkUnwritten(FileId file, CancellationToken cancellationToken) =>
        Run(() => removals.MarkUnwritten(file, cancellationToken));

    public Task<IReadOnlyList<FileId>> MarkUnsent(UserId owner, int limit, CancellationToken cancellationToken) =>
        Run(() => removals.MarkUnsent(owner, limit, cancellationToken));

    public Task<IReadOnlyList<FileId>> MarkUnused(
        DateTimeOffset now,
        DateTimeOffset writtenBefore,
        DateTimeOffset unsentBefore,
        int limit,
        CancellationToken cancellationToken
    ) => Run(() => removals.MarkUnused(now, writtenBefore, unsentBefore, limit, cancellationToken));

    public Task Forget(FileId file, CancellationToken cancellationToken) => Run(() => removals.Forget(file, cancellationToken));

    public Task<IReadOnlyList<DoubtfulSession>> Doubtful(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        Run(() => removals.Doubtful(before, limit, cancellationToken));

    public Task Confirm(SessionId session, CancellationToken cancellationToken) => Run(() => removals.Confirm(session, cancellationToken));

    public Task<IReadOnlyList<SessionId>> ErasedWithFiles(int limit, CancellationToken cancellationToken) =>
        Run(() => removals.ErasedWithFiles(limit, cancellationToken));

    public Task<IReadOnlySet<FileId>> Known(IReadOnlyCollection<FileId> files, CancellationToken cancellationToken) =>
        Run(() => removals.Known(files, cancellationToken));

    private async Task<T> Run<T>(Func<Task<T>> work)
    {
        await fuse.Burn();
        var result = await work();
        await fuse.Burn();
        return result;
    }

    private Task Run(Func<Task> work) =>
        Run(async () =>
        {
            await work();
            return true;
        });
}
