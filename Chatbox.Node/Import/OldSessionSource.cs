using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Import;

/// <summary>A source of documents of the replaced service, each as bytes.</summary>
internal abstract class OldSessionSource
{
    /// <summary>Share of the source that has been read, from 0 to 1; null if unknown.</summary>
    public abstract double? Done { get; }

    /// <exception cref="OldSessionSourceException">The source cannot be read further; the documents before are valid.</exception>
    public abstract IAsyncEnumerable<byte[]> Read(CancellationToken cancellationToken);
}

/// <summary>The source cannot be read. The message names the source as the operator did, without passwords.</summary>
/// <param name="isDamaged">Whether the rest can never be read; otherwise a retry may succeed.</param>
internal sealed class OldSessionSourceException(string message, bool isDamaged, Exception? inner = null) : Exception(message, inner)
{
    public bool IsDamaged => isDamaged;
}

/// <summary>Reads the collection of the replaced service in the order of ids.</summary>
internal sealed class CollectionSource(string connectionString, string collection) : OldSessionSource
{
    private long _read;
    private long _estimated;

    public override double? Done => _estimated == 0 ? null : Math.Min(1, (double)Volatile.Read(ref _read) / _estimated);

    public override async IAsyncEnumerable<byte[]> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var url = new MongoUrl(connectionString);
        using var client = new MongoClient(MongoClientSettings.FromUrl(url));
        var documents = client.GetDatabase(url.DatabaseName).GetCollection<RawBsonDocument>(collection);
        _estimated = await Asking(() => documents.EstimatedDocumentCountAsync(cancellationToken: cancellationToken));
        using var cursor = await Asking(() =>
            documents
                .Find(FilterDefinition<RawBsonDocument>.Empty)
                .Sort(Builders<RawBsonDocument>.Sort.Ascending("_id"))
                .ToCursorAsync(cancellationToken)
        );
        while (await Asking(() => cursor.MoveNextAsync(cancellationToken)))
            foreach (var document in cursor.Current)
                using (document)
                {
                    var bytes = new byte[document.Slice.Length];
                    document.Slice.GetBytes(0, bytes, 0, bytes.Length);
                    Interlocked.Increment(ref _read);
                    yield return bytes;
                }
    }

    private static async Task<T> Asking<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            // On a timeout the message of the driver is a page of its internal state. It never contains the password.
            var reason = e is TimeoutException ? "it does not respond" : e.Message;
            throw new OldSessionSourceException($"The MongoDB of the legacy service cannot be read: {reason}", isDamaged: false, e);
        }
    }
}
