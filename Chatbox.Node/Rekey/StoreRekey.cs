using System.Data.Common;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Node.Rekey;

/// <summary>
/// Encrypts every table with content anew, in batches that are committed one by one, unless a row is already encrypted with the first key.
/// Leaves no old content behind, neither in the write-ahead log nor in unused pages.
/// </summary>
internal sealed class StoreRekey(SqlStore store, AesContentCipher cipher, TextWriter progress)
{
    private const int RowsToALine = 10_000;

    private readonly IReadOnlyList<IRekeyedTable> _tables =
    [
        new RekeyedRows("journal", "message", "identifier", cipher),
        new RekeyedRows("snapshot", "snapshot", "serializer_id", cipher),
        new RekeyedSessions(cipher),
        new RekeyedNames("files", "file_id", "name", SealedColumns.FileName, cipher),
        new RekeyedNames("uploads", "upload_id", "label", SealedColumns.UploadLabel, cipher),
    ];

    /// <exception cref="ContentSealedException">A row cannot be decrypted; the batches before it are done.</exception>
    public void Run()
    {
        using var connection = store.Open();
        foreach (var table in _tables.Where(table => store.HasTable(connection, table.Name)))
            Run(connection, table);
        // Always, because an earlier run may have been killed before this step.
        store.Compact(connection);
    }

    private void Run(DbConnection connection, IRekeyedTable table)
    {
        var (read, renewed) = (0L, 0L);
        IReadOnlyList<object>? last = null;
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            var rows = ReadBatch(transaction, table, last);
            if (rows.Count == 0)
                break;
            var changed = Renew(transaction, table, rows);
            transaction.Commit();
            if ((read + rows.Count) / RowsToALine > read / RowsToALine)
                progress.WriteLine($"{table.Name}: {read + rows.Count} rows, {renewed + changed} of them rewritten …");
            (read, renewed, last) = (read + rows.Count, renewed + changed, rows[^1]);
        }

        progress.WriteLine($"{table.Name}: {read} rows, {renewed} of them rewritten.");
    }

    private static List<IReadOnlyList<object>> ReadBatch(DbTransaction transaction, IRekeyedTable table, IReadOnlyList<object>? after)
    {
        var key = string.Join(", ", table.Key);
        var names = table.Key.Select((_, n) => $"@after{n}").ToArray();
        var from = after is null ? "" : $"WHERE ({key}) > ({string.Join(", ", names)})";
        using var select = transaction.Command(
            $"SELECT {table.Columns} FROM {table.Name} {from} ORDER BY {key} LIMIT {table.Batch}",
            [.. after is null ? [] : names.Select((name, n) => (name, after[n]))]
        );
        using var row = select.ExecuteReader();
        var rows = new List<IReadOnlyList<object>>();
        while (row.Read())
        {
            var values = new object[row.FieldCount];
            row.GetValues(values);
            rows.Add(values);
        }

        return rows;
    }

    private static int Renew(DbTransaction transaction, IRekeyedTable table, IEnumerable<IReadOnlyList<object>> rows)
    {
        var changed = 0;
        foreach (var row in rows)
        {
            var updates = table.Renew(row, transaction);
            changed += updates.Count > 0 ? 1 : 0;
            foreach (var update in updates)
                using (update)
                    update.ExecuteNonQuery();
        }

        return changed;
    }
}
