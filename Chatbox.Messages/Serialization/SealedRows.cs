using Chatbox.Messages.Sessions;
using Google.Protobuf;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of encrypted events and snapshots.</summary>
internal static class SealedRows
{
    public static WireTable WithSealedRows(this WireTable table) =>
        table
            .Proto(
                SealedEvent.RowManifest,
                Proto.Sealed.Parser,
                (SealedEvent e) => Write(e.SessionId, e.Seq, e.Manifest, e.Record),
                p => new SealedEvent(new SessionId(p.SessionId), p.Seq, p.Manifest, p.Record.Memory)
            )
            .Proto(
                SealedSnapshot.RowManifest,
                Proto.Sealed.Parser,
                (SealedSnapshot s) => Write(s.SessionId, s.Seq, s.Manifest, s.Record),
                p => new SealedSnapshot(new SessionId(p.SessionId), p.Seq, p.Manifest, p.Record.Memory)
            );

    // The record never changes after its creation, so no copy is needed.
    private static Proto.Sealed Write(SessionId session, long seq, string manifest, ReadOnlyMemory<byte> record) =>
        new()
        {
            SessionId = session.Value,
            Seq = seq,
            Manifest = manifest,
            Record = UnsafeByteOperations.UnsafeWrap(record),
        };
}
