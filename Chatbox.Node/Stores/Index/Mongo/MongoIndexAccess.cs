using Chatbox.Actors.Index;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Transactions of the index. Reports a database that does not respond as <see cref="IndexUnavailableException"/>.</summary>
internal sealed class MongoIndexAccess(IMongoDatabase database)
{
    // Labels by which the driver marks failures that may pass.
    private static readonly string[] Passing = ["TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError"];

    public MongoIndexCollections Rows { get; } = new(database);

    /// <summary>
    /// Runs work in a transaction that excludes every other write to these sessions. The driver repeats the work when two transactions
    /// conflict.
    /// </summary>
    public Task<T> Write<T>(
        IReadOnlyCollection<string> sessions,
        Func<IClientSessionHandle, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) =>
        Transact(
            async (transaction, token) =>
            {
                // The same order everywhere: of two writers one waits at the other's first document, and neither blocks the other.
                var turns = sessions
                    .Order(StringComparer.Ordinal)
                    .Select(id => new UpdateOneModel<TurnRow>(
                        Builders<TurnRow>.Filter.Eq(t => t.SessionId, id),
                        Builders<TurnRow>.Update.Inc(t => t.Writes, 1)
                    )
                    {
                        IsUpsert = true,
                    });
                await Rows.Turns.BulkWriteAsync(transaction, turns, cancellationToken: token);
                return await work(transaction, token);
            },
            cancellationToken
        );

    /// <summary>Runs work in a transaction.</summary>
    public Task<T> Transact<T>(Func<IClientSessionHandle, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            using var session = await database.Client.StartSessionAsync(cancellationToken: cancellationToken);
            return await session.WithTransactionAsync(work, cancellationToken: cancellationToken);
        });

    /// <inheritdoc cref="Guard{T}" />
    public static Task Guard(Func<Task> work) =>
        Guard(async () =>
        {
            await work();
            return true;
        });

    /// <summary>Runs work and translates outages of the database.</summary>
    public static async Task<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new IndexUnavailableException("MongoDB does not respond to the index.", e);
        }
    }

    /// <summary>Whether the same call may succeed later; false for a defect, which would fail again on a healthy server.</summary>
    private static bool IsOutage(Exception failure) =>
        failure switch
        {
            TimeoutException => true,
            MongoException told when Passing.Any(told.HasErrorLabel) => true,
            MongoWriteConcernException => true,
            // The write was accepted, but too few servers confirmed it in time.
            MongoBulkWriteException { WriteErrors.Count: 0 } or MongoWriteException { WriteError: null } => true,
            MongoCommandException or MongoBulkWriteException or MongoWriteException => false,
            MongoException => true,
            _ => false,
        };
}
