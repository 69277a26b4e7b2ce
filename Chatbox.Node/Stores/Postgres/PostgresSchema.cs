using System.Text.RegularExpressions;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Sql;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>
/// Creates the tables at the start of a node, as the user of the node or as another user who may create tables. A user without this right
/// can start on tables that exist.
/// </summary>
/// <param name="statements">Statements that create the tables, each of which changes nothing if its table exists.</param>
internal sealed partial class PostgresSchema(IReadOnlyList<string> statements)
{
    private const string CurrentUser = "SELECT current_user::text";
    private const string Rights = "SELECT, INSERT, UPDATE, DELETE";

    /// <summary>Interval of attempts to take the lock that another node holds while it prepares the tables.</summary>
    private static readonly TimeSpan TurnInterval = TimeSpan.FromMilliseconds(500);

    /// <param name="connection">Connection of the node's user.</param>
    /// <param name="migrationConnectionString">Connection string of the user who may create tables; null if it is the same user.</param>
    /// <param name="progress">Called while another node prepares the tables.</param>
    /// <exception cref="NpgsqlException">The server went away, or a user lacks a right.</exception>
    /// <exception cref="StartupException">Tables are missing, and the user may not create them.</exception>
    public async Task Prepare(NpgsqlConnection connection, string? migrationConnectionString, Action<string>? progress)
    {
        if (migrationConnectionString is null)
        {
            if (await Ask(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')") is true)
                await Create(connection, [], progress);
            else if (await FindMissing(connection) is { } missing)
                throw new StartupException(
                    "POSTGRES_URI",
                    $"the table {missing} is missing, and this user may not create tables: set POSTGRES_MIGRATION_URI, or run the command migrate"
                );
            return;
        }

        await using var migration = new NpgsqlConnection(migrationConnectionString);
        await migration.OpenAsync();
        var user = await Ask(connection, CurrentUser);
        await Create(migration, Equals(user, await Ask(migration, CurrentUser)) ? [] : Grants($"{user}"), progress);
    }

    private async Task Create(NpgsqlConnection connection, IReadOnlyList<string> grants, Action<string>? progress)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        while (await Ask(connection, $"SELECT pg_try_advisory_xact_lock({PostgresIndexDatabase.SchemaLock})") is not true)
        {
            progress?.Invoke("another node prepares the tables");
            await Task.Delay(TurnInterval);
        }

        foreach (var statement in grants.Concat(statements))
        {
            await using var command = connection.Command(statement);
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    /// <summary>The statements that let the node's user write to the tables that exist, and to those that this user will create.</summary>
    private static IReadOnlyList<string> Grants(string user)
    {
        var role = $"\"{user.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return
        [
            Here($"GRANT USAGE ON SCHEMA %1$I TO {role}"),
            Here($"GRANT {Rights} ON ALL TABLES IN SCHEMA %1$I TO {role}"),
            Here($"ALTER DEFAULT PRIVILEGES IN SCHEMA %1$I GRANT {Rights} ON TABLES TO {role}"),
        ];

        // GRANT takes the name of a schema, but no expression.
        static string Here(string statement) =>
            $"DO $$BEGIN EXECUTE format('{statement.Replace("'", "''", StringComparison.Ordinal)}', current_schema()); END$$";
    }

    private async Task<string?> FindMissing(NpgsqlConnection connection)
    {
        foreach (var table in statements.Select(NameOf).OfType<string>())
            if (await Ask(connection, $"SELECT to_regclass('{table}')::text") is not string)
                return table;
        return null;
    }

    /// <summary>The table that a statement creates; null for other statements.</summary>
    private static string? NameOf(string statement) =>
        CreatedTable().Match(statement) is { Success: true } match ? match.Groups[1].Value : null;

    private static async Task<object?> Ask(NpgsqlConnection connection, string query)
    {
        await using var command = connection.Command(query);
        return await command.ExecuteScalarAsync();
    }

    [GeneratedRegex(@"^\s*CREATE TABLE IF NOT EXISTS (\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex CreatedTable();
}
