using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Mongo;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Node.Stores.Sqlite;

namespace Chatbox.Node.Configuration;

/// <summary>Which database holds the data of a node.</summary>
/// <param name="Kind">The database.</param>
/// <param name="DataDirectory">Full path of <c>DATA_DIR</c>.</param>
public sealed record StoreOptions(StoreKind Kind, string DataDirectory)
{
    /// <summary>Time for which a node that starts waits for a database that does not answer (<c>STORE_WAIT</c>).</summary>
    public TimeSpan Wait { get; init; }

    public PostgresOptions Postgres { get; init; } = PostgresOptions.None;

    public MongoOptions Mongo { get; init; } = MongoOptions.None;

    /// <summary>The store of these options, not opened yet.</summary>
    internal NodeStore Create() =>
        Kind switch
        {
            StoreKind.Postgres => new PostgresStore(Postgres),
            StoreKind.MongoDb => new MongoStore(Mongo),
            _ => new SqliteStore(SqliteHosting.ConnectionString(DataDirectory)),
        };
}
