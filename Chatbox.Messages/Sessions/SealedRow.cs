namespace Chatbox.Messages.Sessions;

/// <summary>A session's event as its journal holds it when a key is set.</summary>
/// <param name="Seq">The event's place in the journal; the record opens nowhere else.</param>
/// <param name="Manifest">Of the event's own row, whose bytes the record holds sealed.</param>
public sealed record SealedEvent(SessionId SessionId, long Seq, string Manifest, ReadOnlyMemory<byte> Record) : IWithSessionId, IWireMessage
{
    /// <summary>Stands beside the sealed row itself.</summary>
    public const string RowManifest = "session.sealed-event.v1";
}

/// <summary>A session's snapshot as it is kept when a key is set.</summary>
/// <inheritdoc cref="SealedEvent" />
public sealed record SealedSnapshot(SessionId SessionId, long Seq, string Manifest, ReadOnlyMemory<byte> Record)
    : IWithSessionId,
        IWireMessage
{
    /// <inheritdoc cref="SealedEvent.RowManifest" />
    public const string RowManifest = "session.sealed-snapshot.v1";
}
