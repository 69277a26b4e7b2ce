using Chatbox.Actors.Index;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>What a transaction is, and what is an outage.</summary>
internal sealed partial class MongoSessionIndex
{
    // Labels with which the driver says that the same might work a little later.
    private static readonly string[] Passing = ["TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError"];

    /// <summary>A transaction that nobody else's write to these sessions can come between. It begins again where two collide.</summary>
    private Task<T> Write<T>(
        IReadOnlyCollection<string> sessions,
        Func<IClientSessionHandle, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) =>
        Guard(async () =>
        {
            using var session = await database.Client.StartSessionAsync(cancellationToken: cancellationToken);
            return await session.WithTransactionAsync(
                async (transaction, stop) =>
                {
                    // In one order everywhere, so that of two writers one waits for the other's first document.
                    var turns = sessions
                        .Order(StringComparer.Ordinal)
                        .Select(id => new UpdateOneModel<TurnRow>(
                            Builders<TurnRow>.Filter.Eq(t => t.SessionId, id),
                            Builders<TurnRow>.Update.Inc(t => t.Writes, 1)
                        )
                        {
                            IsUpsert = true,
                        });
                    await _rows.Turns.BulkWriteAsync(transaction, turns, cancellationToken: stop);
                    return await work(transaction, stop);
                },
                cancellationToken: cancellationToken
            );
        });

    private static Task Guard(Func<Task> work) =>
        Guard(async () =>
        {
            await work();
            return true;
        });

    private static async Task<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new IndexUnavailableException("MongoDB does not answer the index.", e);
        }
    }

    /// <summary>False for what would fail again on a store that works: a defect, not an outage.</summary>
    private static bool IsOutage(Exception failure) =>
        failure switch
        {
            TimeoutException => true,
            MongoException told when Passing.Any(told.HasErrorLabel) => true,
            MongoWriteConcernException => true,
            // Nothing was refused: it was written, and too few servers have confirmed it in time.
            MongoBulkWriteException { WriteErrors.Count: 0 } or MongoWriteException { WriteError: null } => true,
            MongoCommandException or MongoBulkWriteException or MongoWriteException => false,
            MongoException => true,
            _ => false,
        };
}
