using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;

namespace Chatbox.Tests.Property.Files;

/// <summary>A file store in memory, whose objects a test can change.</summary>
internal sealed class MemoryFileStore : IFileStore
{
    public ConcurrentDictionary<FileKey, byte[]> Objects { get; } = new();

    public async Task Write(FileKey key, Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        Objects[key] = bytes.ToArray();
    }

    public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken)
    {
        if (!Objects.TryGetValue(key, out var bytes))
            return Task.FromResult<Stream?>(null);
        var start = (int)Math.Min(offset, bytes.Length);
        return Task.FromResult<Stream?>(new MemoryStream(bytes, start, (int)Math.Min(length ?? long.MaxValue, bytes.Length - start)));
    }

    public Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        Objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (key, bytes) in Objects.Where(item => item.Key.Value.StartsWith(prefix, StringComparison.Ordinal)))
            yield return new StoredObject(key, bytes.Length, DateTimeOffset.UnixEpoch);
        await Task.CompletedTask;
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) =>
        new(new Uri("https://store.example/"));

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Check(CancellationToken cancellationToken) => Task.CompletedTask;
}
