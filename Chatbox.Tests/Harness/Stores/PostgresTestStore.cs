using System.Data.Common;
using System.Text;
using Chatbox.Node.Stores.Sql;
using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>A new database on a PostgreSQL server that several tests share.</summary>
internal sealed class PostgresTestStore(PostgresServer server, string address) : SqlTestStore
{
    private const string Tables = "journal, snapshot, sessions, messages";

    /// <summary>SQL that counts the connections which wait for a lock.</summary>
    public const string CountWaiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    /// <summary>SQL that counts the advisory locks on this database, which nodes and <c>rekey</c> take.</summary>
    public const string CountHolds =
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database()";

    /// <summary>The connection string for Npgsql.</summary>
    public string ConnectionString => address;

    public override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["STORE"] = "postgres", ["POSTGRES_URI"] = address };

    public static async Task<PostgresTestStore> Make(PostgresServer server) => new(server, await server.CreateDatabase());

    public override string Damaged(string column) =>
        $"set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 1)";

    public override DbConnection Open()
    {
        var connection = new NpgsqlConnection(address);
        connection.Open();
        return connection;
    }

    public override IDisposable Hold() => new Held(Lock());

    /// <summary>Locks these tables until the result is disposed of. The default makes every write wait.</summary>
    public DbConnection Lock(string tables = Tables, string mode = "EXCLUSIVE")
    {
        // Disposing of an unpooled connection ends its transaction; a pooled connection would stay open and keep the lock.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        connection.Open();
        connection.Execute($"BEGIN; LOCK TABLE {tables} IN {mode} MODE");
        return connection;
    }

    /// <summary>The words that occur in the database's own files on disk, without the write-ahead log.</summary>
    public async Task<IReadOnlyList<string>> FindInFiles(params IEnumerable<string> words) =>
        StoredFiles.Found(await server.FilesOf(address), words);

    public override async ValueTask DisposeAsync()
    {
        await server.DropDatabase(address);
        await base.DisposeAsync();
    }

    /// <summary>Every value of every row of every table.</summary>
    protected override IEnumerable<byte[]> Rows()
    {
        using var connection = Open();
        var tables = new List<string>();
        using (var names = connection.Command("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        using (var name = names.ExecuteReader())
            while (name.Read())
                tables.Add(name.GetString(0));
        foreach (var table in tables)
        {
            using var select = connection.Command($"SELECT * FROM \"{table}\"");
            using var row = select.ExecuteReader();
            while (row.Read())
                for (var column = 0; column < row.FieldCount; column++)
                    yield return row.GetValue(column) as byte[] ?? Encoding.UTF8.GetBytes($"{row.GetValue(column)}");
        }
    }

    /// <summary>
    /// Ends the statements that the killed node left waiting before the lock is released; the server would otherwise still execute them.
    /// </summary>
    private sealed class Held(DbConnection connection) : IDisposable
    {
        public void Dispose()
        {
            using (connection)
                connection.Execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                );
        }
    }
}
