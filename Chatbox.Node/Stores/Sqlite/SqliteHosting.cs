using System.Data.Common;
using Akka.Configuration;
using Akka.Hosting;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Sql;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Stores.Sqlite;

/// <summary>The embedded store: journal and snapshots in one SQLite file with a write-ahead log.</summary>
public static class SqliteHosting
{
    private const string Provider = ProviderName.SQLiteMS;

    private static readonly Config Plugins = ConfigurationFactory.ParseString(
        $$"""
        akka.persistence.journal.sql {
          provider-name = "{{Provider}}"
          parallelism = 1
          use-clone-connection = false
          auto-initialize = true
        }
        akka.persistence.snapshot-store.sql {
          provider-name = "{{Provider}}"
          auto-initialize = true
        }
        """
    );

    /// <summary>How every part of the node opens the file.</summary>
    public static string ConnectionString(string dataDirectory) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataDirectory, DataFolder.DatabaseFile),
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();

    /// <summary>
    /// Makes the file if it is not there, and sets its mode, which stays: with a write-ahead log readers and the writer do not wait for
    /// each other. Empties that log too: a crash may have kept an erasure from doing so.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be opened, or is no database.</exception>
    public static void Prepare(string connectionString)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        try
        {
            // SQLite would make it readable to all whom the umask lets; it gives its logs the mode of the file.
            PrivateFiles.CreateFile(file);
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException("DATA_DIR", $"{file} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>How linq2db opens the file, for the journal and for the index.</summary>
    internal static DataOptions DataOptions(string connectionString) =>
        new DataOptions().UseConnectionString(Provider, connectionString).UseInterceptor(new Pragmas());

    /// <summary>Journals into <paramref name="connectionString"/>'s prepared file; makes its tables if they are not there.</summary>
    public static AkkaConfigurationBuilder WithSqliteStore(this AkkaConfigurationBuilder builder, string connectionString) =>
        builder.WithSqlPersistence(Plugins, DataOptions(connectionString));

    /// <summary>
    /// Settings that belong to a connection, not to the file. Synchronous FULL: what was acknowledged survives the loss of power, not
    /// only of the process. Secure delete: what was erased does not stay readable in pages that are free.
    /// </summary>
    private sealed class Pragmas : ConnectionInterceptor
    {
        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;";
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            ConnectionEventData eventData,
            DbConnection connection,
            CancellationToken cancellationToken
        )
        {
            // SQLite runs in this process: its asynchronous calls are the same calls.
            ConnectionOpened(eventData, connection);
            return Task.CompletedTask;
        }
    }
}
