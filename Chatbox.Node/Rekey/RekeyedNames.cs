using System.Data.Common;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Node.Rekey;

/// <summary>An encrypted column of a table whose rows have an id: the names of files, the labels of uploads.</summary>
/// <param name="key">Column of the id.</param>
/// <param name="place">The name of the column in the associated data.</param>
internal sealed class RekeyedNames(string table, string key, string column, string place, AesContentCipher cipher) : IRekeyedTable
{
    private readonly SealedColumns _columns = new(cipher);

    public string Name => table;

    public IReadOnlyList<string> Key => [key];

    public string Columns => $"{key}, {column}";

    public int Batch => 100;

    public IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction)
    {
        var (id, value) = ((string)row[0], (byte[])row[1]);
        if (SealedColumns.IsSealed(value, out var record) && cipher.IsByFirstKey(record))
            return [];
        try
        {
            var opened = _columns.Read(id, SealedColumns.NoSeq, place, value);
            return
            [
                transaction.Command(
                    $"UPDATE {table} SET {column} = @value WHERE {key} = @id",
                    ("@value", _columns.Write(id, SealedColumns.NoSeq, place, opened)),
                    ("@id", id)
                ),
            ];
        }
        catch (ContentSealedException e)
        {
            throw new ContentSealedException($"{table}, {id}: {e.Message}", e);
        }
    }
}
