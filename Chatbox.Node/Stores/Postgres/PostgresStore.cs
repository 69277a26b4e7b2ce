using System.Data.Common;
using Akka.Configuration;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Node.Clustering;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Sql;
using LinqToDB;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>The store of a cluster in a PostgreSQL database, shared by all nodes.</summary>
internal sealed class PostgresStore(PostgresOptions options) : SqlStore
{
    private const string Provider = ProviderName.PostgreSQL15;

    /// <summary>SQLSTATE class of a server that is starting, or that an operator stops.</summary>
    private const string Intervention = "57";

    /// <summary><see cref="Prepare"/> creates the tables, because nodes that start at the same time would race for them.</summary>
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

    private NpgsqlConnectionStringBuilder Pool { get; } = new(options.ConnectionString);

    private readonly PostgresPresence _presence = new(options.ConnectionString);

    private readonly PostgresPoolMeter _meter = new();

    public override string Name => "postgres";

    public override string Setting => "POSTGRES_URI";

    public override IndexDatabase Index { get; } = new PostgresIndexDatabase(options.ConnectionString, options.MigrationConnectionString);

    /// <summary>None: PostgreSQL overwrites deleted rows with other rows after a vacuum.</summary>
    public override IStorePurge? Purge => null;

    public override IClusterRegister Register => new PostgresRegister(options.ConnectionString, _presence);

    public override async Task Prepare()
    {
        await using var connection = await Reach();
        var schema = new PostgresSchema([
            .. PostgresTables.Statements,
            .. PostgresRegister.Tables,
            Index.Translate(SqlSealingProbes.Table),
        ]);
        try
        {
            await schema.Prepare(connection, options.MigrationConnectionString, Progress);
        }
        catch (NpgsqlException e)
        {
            throw Unusable(e);
        }
    }

    public override async Task Hold(bool alone)
    {
        try
        {
            // A node that starts may hold the lock already, from before the server went away.
            if (!await (alone ? _presence.Take(alone) : _presence.IsShared(default)))
                throw new StartupException(Setting, alone ? "a node is running on this database" : "rekey is running on this database");
        }
        catch (NpgsqlException e)
        {
            throw Unusable(e);
        }
    }

    // An index of an unreachable database says so by an exception of its own.
    public override StartupException? Explain(Exception failure) =>
        failure switch
        {
            IndexUnavailableException { InnerException: { } cause } => Explain(cause),
            NpgsqlException e => Unusable(e),
            TimeoutException e => new StartupException(Setting, $"the database cannot be used: {e.Message}", e) { MayPass = true },
            _ => null,
        };

    public override async Task<string?> FindShortage(int nodes, CancellationToken cancellationToken)
    {
        try
        {
            return _presence.Connection is { } held
                ? await PostgresCapacity.FindShortage(held, nodes, Pool.MaxPoolSize, cancellationToken)
                : null;
        }
        catch (NpgsqlException)
        {
            return null; // a warning is no reason to end the start
        }
    }

    public override PoolUsage ReadPool() => _meter.Read(Pool.MaxPoolSize);

    public override DbConnection Open() => Connect();

    private NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(options.ConnectionString);
        connection.Open();
        return connection;
    }

    public override async Task<string?> FindFault(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(options.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.Command("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return await _presence.IsShared(cancellationToken) ? null : "another program has locked the store";
    }

    /// <summary>A third of the connections, because writers and the index need connections too.</summary>
    protected override int ConcurrentRecoveries => Math.Max(1, Pool.MaxPoolSize / 3);

    protected override AkkaConfigurationBuilder AddPlugins(AkkaConfigurationBuilder builder) =>
        builder.WithSqlPersistence(Plugins, new DataOptions().UseConnectionString(Provider, options.ConnectionString));

    public override void Compact(DbConnection connection)
    {
        foreach (var table in new[] { "journal", "snapshot", "sessions", "messages", "session_words", "ratings", "files", "uploads" })
        {
            if (!HasTable(connection, table))
                continue; // no node of this release has started yet
            using var command = connection.Command($"VACUUM FULL {table}");
            command.CommandTimeout = 0; // no timeout: it rewrites the whole table
            command.ExecuteNonQuery();
        }
    }

    public override void Dispose()
    {
        _presence.Dispose();
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Connects, with retries: a server that starts together with its nodes is ready later than they are.</summary>
    private async Task<NpgsqlConnection> Reach()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return Connect();
            }
            catch (NpgsqlException e) when (attempt >= options.RetryAttempts || !MayPass(e))
            {
                throw Unusable(e);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(options.RetryDelay * Math.Pow(2, attempt));
            }
        }
    }

    // What the server refuses, it refuses again; except that it starts, stops or has no connection left.
    private static bool MayPass(NpgsqlException e) =>
        e is not PostgresException refused || refused.IsTransient || refused.SqlState.StartsWith(Intervention, StringComparison.Ordinal);

    // Messages of Npgsql contain the server and the user, but never the password.
    private StartupException Unusable(NpgsqlException e) =>
        new(Setting, $"the database cannot be used: {e.InnerException?.Message ?? e.Message}", e) { MayPass = MayPass(e) };
}
