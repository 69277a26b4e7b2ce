using Chatbox.Actors.Sealing;
using Chatbox.Actors.Serialization;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// Between what a session says and what its store holds: with a key events and snapshots go in sealed, without one as they are. Plain rows
/// come out in either case, so that a key can be added to a store that has them, until the whole store is sealed.
/// </summary>
public sealed class SessionSealing(IContentCipher cipher)
{
    /// <summary>Whether what is written from now on is sealed.</summary>
    public bool IsSealing => cipher.IsSealing;

    /// <summary>The event as it is journaled at this place; only with a key.</summary>
    public SealedEvent Seal(ISessionEvent @event, long seq)
    {
        var (manifest, record) = SealRow(@event, @event.SessionId, seq);
        return new SealedEvent(@event.SessionId, seq, manifest, record);
    }

    /// <inheritdoc cref="Seal(ISessionEvent, long)" />
    public SealedSnapshot Seal(SessionSnapshot snapshot, long seq)
    {
        var (manifest, record) = SealRow(snapshot, snapshot.SessionId, seq);
        return new SealedSnapshot(snapshot.SessionId, seq, manifest, record);
    }

    /// <summary>The event that was found at this place.</summary>
    /// <exception cref="ContentSealedException">Its key is not known, or the row was changed or belongs to another place.</exception>
    public ISessionEvent Open(SealedEvent row, SessionId session, long seq)
    {
        CheckPlace(row.SessionId, row.Seq, session, seq);
        return OpenRow(row.Manifest, row.Record.Span, session, seq) as ISessionEvent ?? throw Foreign(row, session, seq);
    }

    /// <summary>The event that was found at this place, sealed or plain.</summary>
    /// <inheritdoc cref="Open" path="/exception" />
    public ISessionEvent OpenEvent(object row, SessionId session, long seq) =>
        row switch
        {
            SealedEvent box => Open(box, session, seq),
            ISessionEvent plain => Accept(plain, plain.SessionId, session, seq),
            _ => throw Foreign(row, session, seq),
        };

    /// <summary>The snapshot that was found at this place, sealed or plain.</summary>
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
            throw new ContentSealedException(
                $"The row at {seq} of session {session} is in clear text, in a store that is sealed as a whole."
            );
        if (claimed != session)
            throw new ContentSealedException($"The row at {seq} of session {session} belongs to session {claimed}.");
        return plain;
    }

    private static ContentSealedException Foreign(object row, SessionId session, long seq) =>
        new(
            row is UnreadableRow unreadable
                ? $"The row at {seq} of session {session} is not read: {unreadable.Reason}."
                : $"The row at {seq} of session {session} is a {row.GetType().Name}, which is nothing of a session's there."
        );

    private static void CheckPlace(SessionId claimed, long claimedSeq, SessionId session, long seq)
    {
        if (claimed != session || claimedSeq != seq)
            throw new ContentSealedException($"The row at {seq} of session {session} was sealed for {claimedSeq} of session {claimed}.");
    }
}
