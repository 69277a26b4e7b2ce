namespace Chatbox.Messages.Sessions;

/// <summary>An encrypted event in a session's journal; written if an encryption key is configured.</summary>
/// <param name="Seq">The event's sequence number in the journal. The record can be decrypted only for this session and this number.</param>
/// <param name="Manifest">The manifest of the event inside.</param>
public sealed record SealedEvent(SessionId SessionId, long Seq, string Manifest, ReadOnlyMemory<byte> Record) : IWithSessionId, IWireMessage
{
    /// <summary>The manifest of the encrypted row itself.</summary>
    public const string RowManifest = "session.sealed-event.v1";
}

/// <summary>An encrypted snapshot of a session; written if an encryption key is configured.</summary>
/// <inheritdoc cref="SealedEvent" />
public sealed record SealedSnapshot(SessionId SessionId, long Seq, string Manifest, ReadOnlyMemory<byte> Record)
    : IWithSessionId,
        IWireMessage
{
    /// <inheritdoc cref="SealedEvent.RowManifest" />
    public const string RowManifest = "session.sealed-snapshot.v1";
}
