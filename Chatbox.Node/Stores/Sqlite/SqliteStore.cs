using System.Data.Common;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Sql;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Stores.Sqlite;

/// <summary>The embedded store of a single node: one SQLite file.</summary>
internal sealed class SqliteStore(string connectionString) : SqlStore
{
    private readonly string _readOnly = new SqliteConnectionStringBuilder(connectionString)
    {
        Mode = SqliteOpenMode.ReadOnly,
        DefaultTimeout = 1,
    }.ToString();

    public override string Name => "sqlite";

    public override string Setting => "DATA_DIR";

    public override IndexDatabase Index { get; } = new SqliteIndexDatabase(connectionString);

    public override IStorePurge? Purge { get; } = new SqlitePurge(connectionString);

    public override Task Prepare()
    {
        SqliteHosting.Prepare(connectionString);
        using var connection = Open();
        connection.Execute(Index.Translate(SqlSealingProbes.Table));
        return Task.CompletedTask;
    }

    public override DbConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Execute("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
        return connection;
    }

    /// <summary>The cause of a failing file, such as a full disk, does not pass by itself.</summary>
    public override StartupException? Explain(Exception failure) =>
        failure switch
        {
            IndexUnavailableException { InnerException: { } cause } => Explain(cause),
            SqliteException e => new StartupException(Setting, $"the database cannot be used: {e.Message}", e),
            _ => null,
        };

    public override async Task<string?> FindFault(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(_readOnly);
        await connection.OpenAsync(cancellationToken);
        // SELECT 1 without a table would not read the file.
        await using var command = connection.Command("SELECT 1 FROM sqlite_master LIMIT 1");
        return await command.ExecuteScalarAsync(cancellationToken) is null ? "the store is empty" : null;
    }

    protected override AkkaConfigurationBuilder AddPlugins(AkkaConfigurationBuilder builder) => builder.WithSqliteStore(connectionString);

    public override void Compact(DbConnection connection)
    {
        connection.Execute("VACUUM");
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
