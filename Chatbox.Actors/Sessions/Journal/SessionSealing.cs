using Chatbox.Actors.Sealing;
using Chatbox.Actors.Serialization;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// Encrypts a session's events and snapshots for the store if a key is configured, and decrypts them. Plain rows are accepted as well, so
/// that a key can be added to an existing store, until the whole store is encrypted.
/// </summary>
public sealed class SessionSealing(IContentCipher cipher)
{
    /// <summary>Whether a key is configured, so that rows must be encrypted.</summary>
    public bool IsSealing => cipher.IsSealing;

    /// <summary>Encrypts an event for its place in the journal. Needs a key.</summary>
    public SealedEvent Seal(ISessionEvent @event, long seq)
    {
        var (manifest, record) = SealRow(@event, @event.SessionId, seq);
        return new SealedEvent(@event.SessionId, seq, manifest, record);
    }

    /// <summary>Encrypts a snapshot for its place in the journal. Needs a key.</summary>
    public SealedSnapshot Seal(SessionSnapshot snapshot, long seq)
    {
        var (manifest, record) = SealRow(snapshot, snapshot.SessionId, seq);
        return new SealedSnapshot(snapshot.SessionId, seq, manifest, record);
    }

    /// <summary>Decrypts the event in the row at this place.</summary>
    /// <exception cref="ContentSealedException">The key is not configured, or the row was modified or belongs to another place.</exception>
    public ISessionEvent Open(SealedEvent row, SessionId session, long seq)
    {
        CheckPlace(row.SessionId, row.Seq, session, seq);
        return OpenRow(row.Manifest, row.Record.Span, session, seq) as ISessionEvent ?? throw Foreign(row, session, seq);
    }

    /// <summary>Reads the event in the row at this place, encrypted or plain.</summary>
    /// <inheritdoc cref="Open" path="/exception" />
    public ISessionEvent OpenEvent(object row, SessionId session, long seq) =>
        row switch
        {
            SealedEvent box => Open(box, session, seq),
            ISessionEvent plain => Accept(plain, plain.SessionId, session, seq),
            _ => throw Foreign(row, session, seq),
        };

    /// <summary>Reads the snapshot in the row at this place, encrypted or plain.</summary>
    /// <inheritdoc cref="Open" path="/exception" />
    public SessionSnapshot OpenSnapshot(object row, SessionId session, long seq)
    {
        switch (row)
        {
            case SealedSnapshot box:
                CheckPlace(box.SessionId, box.Seq, session, seq);
                return OpenRow(box.Manifest, box.Record.Span, session, seq) as SessionSnapshot ?? throw Foreign(row, session, seq);
            case SessionSnapshot plain:
                return Accept(plain, plain.SessionId, session, seq);
            default:
                throw Foreign(row, session, seq);
        }
    }

    private (string Manifest, byte[] Record) SealRow(IWireMessage message, SessionId session, long seq)
    {
        var row = ChatboxWire.Table.For(message.GetType());
        return (row.Manifest, cipher.Seal(row.Write(message), SealedPlace.Of(session, seq, row.Manifest)));
    }

    private object OpenRow(string manifest, ReadOnlySpan<byte> record, SessionId session, long seq) =>
        ChatboxWire.Table.For(manifest).Read(cipher.Open(record, SealedPlace.Of(session, seq, manifest)));

    private T Accept<T>(T plain, SessionId claimed, SessionId session, long seq)
    {
        if (!cipher.AcceptsPlain)
            throw new ContentSealedException($"The row at {seq} of session {session} is in clear text, but the whole store is encrypted.");
        if (claimed != session)
            throw new ContentSealedException($"The row at {seq} of session {session} belongs to session {claimed}.");
        return plain;
    }

    private static ContentSealedException Foreign(object row, SessionId session, long seq) =>
        new(
            row is UnreadableRow unreadable
                ? $"The row at {seq} of session {session} cannot be read: {unreadable.Reason}."
                : $"The row at {seq} of session {session} is a {row.GetType().Name}, which does not belong there."
        );

    private static void CheckPlace(SessionId claimed, long claimedSeq, SessionId session, long seq)
    {
        if (claimed != session || claimedSeq != seq)
            throw new ContentSealedException($"The row at {seq} of session {session} was sealed for {claimedSeq} of session {claimed}.");
    }
}
