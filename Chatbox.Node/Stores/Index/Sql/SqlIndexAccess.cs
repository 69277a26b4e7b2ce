using System.Data.Common;
using Chatbox.Actors.Index;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>
/// Connections and transactions of the index. Reports a database that does not respond as <see cref="IndexUnavailableException"/>.
/// </summary>
internal sealed class SqlIndexAccess(IndexDatabase database)
{
    public IndexDatabase Database => database;

    /// <summary>Runs work on a connection without a transaction.</summary>
    public Task<T> Read<T>(Func<DataConnection, Task<T>> work) =>
        Guard(async () =>
        {
            await using var db = database.Connect();
            return await work(db);
        });

    /// <summary>Runs work in a transaction that excludes every other write to these sessions.</summary>
    public Task<T> Write<T>(
        IReadOnlyCollection<string> sessions,
        Func<DataConnection, Task<T>> work,
        CancellationToken cancellationToken
    ) =>
        Guard(async () =>
        {
            await using var db = database.Connect();
            await using var transaction = await db.BeginTransactionAsync(cancellationToken);
            await database.LockSessions(db, sessions, cancellationToken);
            var result = await work(db);
            await transaction.CommitAsync(cancellationToken);
            return result;
        });

    /// <inheritdoc cref="Guard{T}" />
    public Task Guard(Func<Task> work) =>
        Guard(async () =>
        {
            await work();
            return true;
        });

    /// <summary>Runs work and translates outages of the database.</summary>
    private async Task<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is TimeoutException || (e is DbException failure && database.IsOutage(failure)))
        {
            throw new IndexUnavailableException($"{database.Name} does not respond to the index.", e);
        }
    }
}
