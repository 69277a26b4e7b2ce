using System.Data.Common;
using Akka.Configuration;
using Akka.Hosting;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Sql;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Stores.Sqlite;

/// <summary>Opens the SQLite file with journal, snapshots and index, which uses a write-ahead log.</summary>
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

    /// <summary>The connection string that every part of the node uses.</summary>
    public static string ConnectionString(string dataDirectory) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataDirectory, DataFolder.DatabaseFile),
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();

    /// <summary>
    /// Creates the file if absent, and enables the write-ahead log, with which readers and the writer do not wait for each other. Empties the
    /// log too, because a crash may have interrupted an erasure before it did so.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be opened, or is no SQLite database.</exception>
    public static void Prepare(string connectionString)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        try
        {
            // SQLite creates files by the umask. Its logs get the mode of this file.
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

    /// <summary>Options with which linq2db opens the file for the journal and the index.</summary>
    internal static DataOptions DataOptions(string connectionString) =>
        new DataOptions().UseConnectionString(Provider, connectionString).UseInterceptor(new Pragmas());

    /// <summary>Adds the journal and snapshots in a prepared file. The plugin creates missing tables.</summary>
    public static AkkaConfigurationBuilder WithSqliteStore(this AkkaConfigurationBuilder builder, string connectionString) =>
        builder.WithSqlPersistence(Plugins, DataOptions(connectionString));

    /// <summary>
    /// Settings of each connection. <c>synchronous = FULL</c>: acknowledged data survives a power failure, not only a crash of the process.
    /// <c>secure_delete</c>: erased data does not stay in free pages.
    /// </summary>
    private sealed class Pragmas : ConnectionInterceptor
    {
        /// <summary>
        /// Leaves the thread of the caller, because SQLite runs in this process and its asynchronous calls are synchronous. The journal
        /// gathers events while it waits for a commit and commits them together; without waiting, each event would be a commit of its own.
        /// </summary>
        public override async Task ConnectionOpeningAsync(
            ConnectionEventData eventData,
            DbConnection connection,
            CancellationToken cancellationToken
        ) => await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

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
            ConnectionOpened(eventData, connection);
            return Task.CompletedTask;
        }
    }
}
