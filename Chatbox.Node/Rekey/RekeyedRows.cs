using System.Data.Common;
using System.Globalization;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Serialization;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Sql;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Rekey;

/// <summary>The journal or the snapshots in the tables of Akka.Persistence.Sql. Only rows of sessions have content.</summary>
internal sealed class RekeyedRows(string table, string content, string serializer, AesContentCipher cipher) : IRekeyedTable
{
    private readonly SessionSealing _sealing = new(cipher);

    public string Name => table;

    public IReadOnlyList<string> Key => ["persistence_id", "sequence_number"];

    public string Columns => $"persistence_id, sequence_number, manifest, {content}, {serializer}";

    public int Batch => 100;

    public IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction)
    {
        var (owner, seq) = ((string)row[0], (long)row[1]);
        if (!SessionPersistenceId.TryParse(owner, out var session))
            return [];
        try
        {
            if (Renew(session, seq, Read(row)) is not { } renewed)
                return [];
            var target = ChatboxWire.Table.For(renewed.GetType());
            return
            [
                transaction.Command(
                    $"UPDATE {table} SET manifest = @manifest, {content} = @content WHERE persistence_id = @owner AND sequence_number = @seq",
                    ("@manifest", target.Manifest),
                    ("@content", target.Write(renewed)),
                    ("@owner", owner),
                    ("@seq", seq)
                ),
            ];
        }
        catch (ContentSealedException e)
        {
            throw new ContentSealedException($"{table}, session {session} at {seq}: {e.Message}", e);
        }
    }

    /// <summary>Reads a row as a node does: a row of a foreign serializer is unreadable, whatever its manifest says.</summary>
    private static object Read(IReadOnlyList<object> row)
    {
        var serializer = row[4] is DBNull ? (int?)null : Convert.ToInt32(row[4], CultureInfo.InvariantCulture);
        var read = StoredRowSerializer.Read((string)row[0], serializer, row[2] as string, (byte[])row[3]);
        return StoredRowSerializer.Read(read.Manifest, read.Bytes);
    }

    private IWireMessage? Renew(SessionId session, long seq, object stored) =>
        stored switch
        {
            SealedEvent row when cipher.IsByFirstKey(row.Record.Span) => null,
            SealedSnapshot row when cipher.IsByFirstKey(row.Record.Span) => null,
            SealedEvent row => _sealing.Seal(_sealing.Open(row, session, seq), seq),
            SealedSnapshot => _sealing.Seal(_sealing.OpenSnapshot(stored, session, seq), seq),
            ISessionEvent => _sealing.Seal(_sealing.OpenEvent(stored, session, seq), seq),
            SessionSnapshot => _sealing.Seal(_sealing.OpenSnapshot(stored, session, seq), seq),
            UnreadableRow row => throw new ContentSealedException($"the row is unreadable: {row.Reason}."),
            _ => throw new ContentSealedException("the row does not belong to this session."),
        };
}
