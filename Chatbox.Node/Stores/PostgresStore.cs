using System.Data.Common;
using Akka.Configuration;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;
using LinqToDB;
using Npgsql;

namespace Chatbox.Node.Stores;

/// <summary>The store of a cluster: one PostgreSQL database, shared by all nodes.</summary>
internal sealed class PostgresStore(PostgresOptions options) : SqlStore
{
    private const string Provider = ProviderName.PostgreSQL15;

    /// <summary>The tables are made by <see cref="Prepare"/>: nodes that start together would race for them.</summary>
    private static readonly Config Plugins = ConfigurationFactory.ParseString(
        $$"""
        akka.persistence.journal.sql {
          provider-name = "{{Provider}}"
          auto-initialize = false
        }
        akka.persistence.snapshot-store.sql {
          provider-name = "{{Provider}}"
          auto-initialize = false
        }
        """
    );

    public override string Name => "postgres";

    public override string Setting => "POSTGRES_URI";

    public override IndexDatabase Index { get; } = new PostgresIndexDatabase(options.ConnectionString);

    /// <summary>None: the server overwrites dead rows when it vacuums.</summary>
    public override IStorePurge? Purge => null;

    public override IClusterRegister Register { get; } = new PostgresRegister(options.ConnectionString);

    public override string CountTables =>
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false)) AND table_name = @name";

    public override async Task Prepare()
    {
        await using var connection = await Reach();
        try
        {
            using var transaction = connection.BeginTransaction();
            using (var turn = transaction.Command($"SELECT pg_advisory_xact_lock({PostgresIndexDatabase.SchemaLock})"))
                turn.ExecuteNonQuery();
            foreach (
                var statement in PostgresTables.Statements.Append(PostgresRegister.Table).Append(Index.Translate(SqlSealingProbes.Table))
            )
            {
                using var command = transaction.Command(statement);
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
        catch (NpgsqlException e)
        {
            throw Unusable(e);
        }
    }

    public override DbConnection Open()
    {
        var connection = new NpgsqlConnection(options.ConnectionString);
        connection.Open();
        return connection;
    }

    public override async Task<bool> Answers(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(options.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.Command("SELECT 1");
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    public override AkkaConfigurationBuilder AddPersistence(AkkaConfigurationBuilder builder) =>
        builder.WithSqlPersistence(Plugins, new DataOptions().UseConnectionString(Provider, options.ConnectionString));

    public override void Compact(DbConnection connection)
    {
        foreach (var table in new[] { "journal", "snapshot", "sessions", "messages", "session_words" })
            connection.Execute($"VACUUM FULL {table}");
    }

    /// <summary>Tries again for a while: a server that starts together with its nodes is ready a little later.</summary>
    private async Task<DbConnection> Reach()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return Open();
            }
            catch (NpgsqlException e) when (attempt >= options.RetryAttempts || e is PostgresException { IsTransient: false })
            {
                throw Unusable(e);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(options.RetryDelay * Math.Pow(2, attempt));
            }
        }
    }

    // The driver's messages name the server and the user, never the password.
    private StartupException Unusable(NpgsqlException e) =>
        new(Setting, $"the database cannot be used: {e.InnerException?.Message ?? e.Message}", e);
}
