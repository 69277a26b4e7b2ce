using System.Data.Common;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Node.Rekey;

/// <summary>The names of uploaded files.</summary>
internal sealed class RekeyedFileNames(AesContentCipher cipher) : IRekeyedTable
{
    private readonly SealedColumns _columns = new(cipher);

    public string Name => "files";

    public IReadOnlyList<string> Key => ["file_id"];

    public string Columns => "file_id, name";

    public int Batch => 100;

    public IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction)
    {
        var (file, name) = ((string)row[0], (byte[])row[1]);
        if (SealedColumns.IsSealed(name, out var record) && cipher.IsByFirstKey(record))
            return [];
        try
        {
            var opened = _columns.Read(file, SealedColumns.NoSeq, SealedColumns.FileName, name);
            return
            [
                transaction.Command(
                    "UPDATE files SET name = @name WHERE file_id = @file",
                    ("@name", _columns.Write(file, SealedColumns.NoSeq, SealedColumns.FileName, opened)),
                    ("@file", file)
                ),
            ];
        }
        catch (ContentSealedException e)
        {
            throw new ContentSealedException($"files, {file}: {e.Message}", e);
        }
    }
}
