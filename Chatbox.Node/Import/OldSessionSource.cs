using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Import;

/// <summary>Where the replaced service's documents come from, one at a time, each as its bytes.</summary>
internal abstract class OldSessionSource
{
    /// <summary>How much of it has been read, from 0 to 1; null if that cannot be told.</summary>
    public abstract double? Done { get; }

    /// <exception cref="OldSessionSourceException">It cannot be read, or not any further; what came before is sound.</exception>
    public abstract IAsyncEnumerable<byte[]> Read(CancellationToken cancellationToken);
}

/// <summary>The source cannot be read. The message names it as the operator did, without passwords.</summary>
/// <param name="isDamaged">What follows will never be read; else the same may work later.</param>
internal sealed class OldSessionSourceException(string message, bool isDamaged, Exception? inner = null) : Exception(message, inner)
{
    public bool IsDamaged => isDamaged;
}

/// <summary>The collection itself, in the order of its ids.</summary>
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
            // The driver's message on a server that does not answer is a page of its inner state; of a password it holds nothing.
            var reason = e is TimeoutException ? "it does not answer" : e.Message;
            throw new OldSessionSourceException($"The replaced service's MongoDB cannot be read: {reason}", isDamaged: false, e);
        }
    }
}
