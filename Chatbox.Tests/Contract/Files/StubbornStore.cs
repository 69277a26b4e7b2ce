using System.Collections.Concurrent;
using Chatbox.Actors.Files;
using Chatbox.Tests.Property.Files;

namespace Chatbox.Tests.Contract.Files;

/// <summary>A store in memory that cannot delete some of its objects, or does not respond at all.</summary>
internal sealed class StubbornStore(MemoryFileStore inner) : IFileStore
{
    private int _deletions;

    /// <summary>Ids in the keys of objects that cannot be deleted.</summary>
    public ConcurrentDictionary<string, bool> Stuck { get; } = new();

    public bool IsAway { get; set; }

    public int Deletions => Volatile.Read(ref _deletions);

    public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) => inner.Write(key, content, cancellationToken);

    public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken) =>
        inner.OpenRead(key, offset, length, cancellationToken);

    public async Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _deletions);
        if (IsAway || Stuck.ContainsKey(key.Value.Split('/')[1]))
            throw new FileStoreUnavailableException("The object is held.");
        await inner.Delete(key, cancellationToken);
    }

    public IAsyncEnumerable<StoredObject> List(string prefix, CancellationToken cancellationToken) => inner.List(prefix, cancellationToken);

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => new((Uri?)null);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Check(CancellationToken cancellationToken) => IsAway ? throw new FileStoreUnavailableException("away") : Task.CompletedTask;
}
