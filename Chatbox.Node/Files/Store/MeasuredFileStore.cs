using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Files.Store;

/// <summary>Measures another store: how long its operations take, how often they fail, and how many bytes pass.</summary>
internal sealed class MeasuredFileStore(IFileStore inner, FileStoreMetrics metrics, TimeProvider clock) : IFileStore
{
    private const string Reading = "read";

    public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) =>
        Timed("write", () => Done(inner.Write(key, new WatchedStream(content, metrics.Written, static () => { }), cancellationToken)));

    public async Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken) =>
        await Timed(Reading, () => inner.OpenRead(key, offset, length, cancellationToken)) is { } content
            ? new WatchedStream(content, metrics.Read, () => metrics.Failed(Reading)) { IsOwner = true }
            : null;

    public Task Delete(FileKey key, CancellationToken cancellationToken) =>
        Timed("delete", () => Done(inner.Delete(key, cancellationToken)));

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var objects = inner.List(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await Counted("list", () => objects.MoveNextAsync().AsTask()))
            yield return objects.Current;
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) =>
        inner.DirectAddress(file, lifetime, cancellationToken);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => inner.RemoveUnfinished(age, cancellationToken);

    public Task Check(CancellationToken cancellationToken) => inner.Check(cancellationToken);

    private async Task<T> Timed<T>(string operation, Func<Task<T>> work)
    {
        var started = clock.GetTimestamp();
        try
        {
            return await Counted(operation, work);
        }
        finally
        {
            metrics.Took(operation, clock.GetElapsedTime(started));
        }
    }

    private async Task<T> Counted<T>(string operation, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (FileStoreUnavailableException)
        {
            metrics.Failed(operation);
            throw;
        }
    }

    private static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    /// <summary>Another stream, whose bytes and failures are counted.</summary>
    private sealed class WatchedStream(Stream content, Action<long> count, Action failed) : ForwardStream
    {
        /// <summary>Whether this stream disposes of the other one.</summary>
        public bool IsOwner { get; init; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await content.ReadAsync(buffer, cancellationToken);
                count(read);
                return read;
            }
            catch (FileStoreUnavailableException)
            {
                failed();
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && IsOwner)
                content.Dispose();
            base.Dispose(disposing);
        }
    }
}
