using System.Data.Common;
using Chatbox.Node.Stores.Sql;
using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>A SQLite file in the data folder.</summary>
internal sealed class SqliteTestStore : SqlTestStore
{
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    // The last byte of sealed bytes is any byte, also 0: a byte that is always the same would now and then change nothing.
    public override string Damaged(string column) =>
        $"CAST(substr({column}, 1, length({column}) - 1) || CASE substr({column}, -1) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB)";

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
