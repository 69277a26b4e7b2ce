using System.Data.Common;
using Chatbox.Node.Stores.Sql;
using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>A SQLite file in the data folder.</summary>
internal sealed class SqliteTestStore : SqlTestStore
{
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public override string Damaged(string column) => $"CAST(substr({column}, 1, length({column}) - 1) || x'00' AS BLOB)";

    public override DbConnection Open()
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Folder, "chatbox.db"),
            DefaultTimeout = 30,
            Pooling = false,
        };
        var connection = new SqliteConnection(file.ToString());
        connection.Open();
        return connection;
    }

    public override IDisposable Hold()
    {
        var connection = Open();
        connection.Execute("BEGIN IMMEDIATE");
        return connection;
    }

    // Everything is in the files of the data folder.
    protected override IEnumerable<byte[]> Rows() => [];
}
