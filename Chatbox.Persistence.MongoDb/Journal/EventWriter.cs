using System.Collections.Concurrent;
using System.Collections.Immutable;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>Stores events in their order.</summary>
/// <param name="useTransaction">
/// Whether several events of one write are stored in a transaction; otherwise they are stored one after the other.
/// </param>
internal sealed class EventWriter(MongoDbStore store, IMongoCollection<BsonDocument> events, bool useTransaction)
{
    private static readonly InsertManyOptions InOrder = new() { IsOrdered = true };

    private readonly ConcurrentDictionary<string, Task> _underWay = new();

    /// <summary>Waits until the pending writes of a persistence id have ended, successfully or not.</summary>
    public async Task Settled(string persistenceId)
    {
        if (_underWay.TryGetValue(persistenceId, out var write))
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Stores a batch, which belongs to one actor. A write that can never succeed is rejected, and the actor continues. A write that fails
    /// makes the whole batch fail, because the actor must not continue.
    /// </summary>
    /// <returns>For each write the reason of its rejection, or null.</returns>
    /// <exception cref="DuplicateEventException">Other events have these sequence numbers.</exception>
    public async Task<IImmutableList<Exception?>> Write(IReadOnlyList<EventWrite> writes, CancellationToken cancellationToken)
    {
        var rejections = ImmutableList.CreateBuilder<Exception?>();
        var single = new List<EventWrite>();
        foreach (var write in writes)
        {
            if (write.Documents.Count <= 1 || !useTransaction)
            {
                single.Add(write);
                rejections.Add(write.Rejection);
                continue;
            }

            await Insert(single, cancellationToken);
            single.Clear();
            rejections.Add(await InsertTogether(write, cancellationToken));
        }

        await Insert(single, cancellationToken);
        return rejections.ToImmutable();
    }

    // One call stores all documents. The server stops at the first that it refuses, so the log gets no gap.
    private Task Insert(IReadOnlyList<EventWrite> writes, CancellationToken cancellationToken)
    {
        var documents = writes.SelectMany(write => write.Documents).ToList();
        return documents.Count == 0
            ? Task.CompletedTask
            : Track(writes[0].PersistenceId, store.Call(stop => events.InsertManyAsync(documents, InOrder, stop), cancellationToken));
    }

    private async Task<Exception?> InsertTogether(EventWrite write, CancellationToken cancellationToken)
    {
        try
        {
            var insert = store.Call(
                stop => store.Transaction((session, ends) => events.InsertManyAsync(session, write.Documents, InOrder, ends), stop),
                cancellationToken
            );
            await Track(write.PersistenceId, insert);
            return null;
        }
        catch (NotSupportedException e)
        {
            return new NotSupportedException(
                "Several events are to be stored together, and this MongoDB has no transactions: it needs a replica set, or "
                    + "use-write-transaction = off.",
                e
            );
        }
    }

    private async Task Track(string persistenceId, Task write)
    {
        _underWay[persistenceId] = write;
        try
        {
            await write;
        }
        catch (MongoException e) when (IsDuplicate(e))
        {
            throw new DuplicateEventException(persistenceId, e);
        }
        finally
        {
            _underWay.TryRemove(KeyValuePair.Create(persistenceId, write));
        }
    }

    private static bool IsDuplicate(MongoException failure) =>
        failure switch
        {
            MongoBulkWriteException bulk => bulk.WriteErrors.Any(error => error.Category == ServerErrorCategory.DuplicateKey),
            MongoWriteException write => write.WriteError?.Category == ServerErrorCategory.DuplicateKey,
            MongoCommandException command => command.Code == 11000,
            _ => false,
        };
}
