using System.Data.Common;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Stores;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Sealing;

/// <summary>The journal or the snapshots, as Akka.Persistence.Sql keeps them. Only rows of sessions hold content.</summary>
internal sealed class RekeyedRows(string table, string content, AesContentCipher cipher) : IRekeyedTable
{
    private readonly SessionSealing _sealing = new(cipher);

    public string Name => table;

    public IReadOnlyList<string> Key => ["persistence_id", "sequence_number"];

    public string Columns => $"persistence_id, sequence_number, manifest, {content}";

    public int Batch => 100;

    public IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction)
    {
        var (owner, seq, manifest) = ((string)row[0], (long)row[1], (string)row[2]);
        if (!SessionActor.TryReadPersistenceId(owner, out var session))
            return [];
        try
        {
            if (Renew(session, seq, ChatboxWire.Table.For(manifest).Read((byte[])row[3])) is not { } renewed)
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

    private IWireMessage? Renew(SessionId session, long seq, object stored) =>
        stored switch
        {
            SealedEvent row when cipher.IsByFirstKey(row.Record.Span) => null,
            SealedSnapshot row when cipher.IsByFirstKey(row.Record.Span) => null,
            SealedEvent row => _sealing.Seal(_sealing.Open(row, session, seq), seq),
            SealedSnapshot => _sealing.Seal(_sealing.OpenSnapshot(stored, session, seq), seq),
            ISessionEvent e when e.SessionId == session => _sealing.Seal(e, seq),
            SessionSnapshot s when s.SessionId == session => _sealing.Seal(s, seq),
            _ => throw new ContentSealedException("the row is not one of this session."),
        };
}
