using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>Events and snapshots on their way to the store and back: sealed when a key is set.</summary>
public sealed partial class SessionActor
{
    private ContentSealedException? _unreadable;

    /// <summary>Place of the last event that was handed to the journal; it may not have confirmed it yet.</summary>
    private long _handedOver;

    internal static string PersistenceIdOf(SessionId session) => $"{IdPrefix}{session}";

    /// <summary>Whose rows in the store these are; false for those of anything but a session.</summary>
    public static bool TryReadPersistenceId(string id, out SessionId session)
    {
        session = default;
        return id.StartsWith(IdPrefix, StringComparison.Ordinal) && SessionId.TryParse(id[IdPrefix.Length..], out session);
    }

    /// <summary>What the store holds is opened; once something cannot be, nothing that follows is believed.</summary>
    private void RecoversSealed()
    {
        Recover<SnapshotOffer>(offer =>
            Read(() =>
            {
                var seq = offer.Metadata.SequenceNr;
                Begin(_with.Sealing.OpenSnapshot(offer.Snapshot, _id, seq), seq);
            })
        );
        Recover<RecoveryCompleted>(_ =>
        {
            if (_unreadable is null)
                Resume();
            else
                Become(Unreadable);
        });
        RecoverAny(row => Read(() => Follow(_with.Sealing.OpenEvent(row, _id, LastSequenceNr))));
    }

    private void Read(Action read)
    {
        if (_unreadable is not null)
            return;
        try
        {
            read();
        }
        catch (ContentSealedException e)
        {
            _unreadable = e;
            _log.Error(
                "The journal or the snapshot of {PersistenceId} cannot be read at {Seq}: {Reason}",
                PersistenceId,
                LastSequenceNr,
                e.Message
            );
        }
    }

    /// <summary>Says so to whoever comes, writes nothing, and leaves memory: with the right key the next life may read it.</summary>
    private void Unreadable()
    {
        Command<AttachViewer>(_ => Sender.Tell(new SessionUnreadable(_id)));
        Command<IIdentifiedCommand>(command => Sender.Tell(new CommandRefused(_id, command.CommandId, Refusal.Unreadable, null)));

        // Whose it is cannot be read either. Yes leads to the clear refusal above; no would give its owner a new session as if nothing were.
        Command<GetOwnership>(_ => Sender.Tell(new Ownership(_id, Owned: true)));
        Command<ReopenSession>(_ => Sender.Tell(new Ownership(_id, Owned: true)));

        // It cannot be written to, so it cannot be ended either: as long as it is so, it takes no commands anyway.
        Command<RetireSession>(request => Sender.Tell(new SessionRetired(_id, request.Question, Retirement.Retired)));
        Command<StopSession>(_ => Context.Stop(Self));
        Command<ReceiveTimeout>(_ => Rest());
        CommandAny(_ => { });
        SetReceiveTimeout(_with.Options.PassivateAfter);
    }

    /// <summary>The only ways into the journal. Commands wait until the events are in it, all of them or none.</summary>
    private void ToJournal(IReadOnlyList<ISessionEvent> events, Action<ISessionEvent> then)
    {
        if (!_with.Sealing.IsSealing)
        {
            PersistAll(events, then);
            return;
        }

        var written = 0;
        PersistAll([.. events.Select(Seal)], _ => then(events[written++]));
    }

    /// <summary>Commands go on meanwhile.</summary>
    private void ToJournalAsync(ISessionEvent @event, Action<ISessionEvent> then)
    {
        if (_with.Sealing.IsSealing)
            PersistAsync(Seal(@event), _ => then(@event));
        else
            PersistAsync(@event, then);
    }

    private void KeepSnapshot(SessionSnapshot snapshot) =>
        SaveSnapshot(_with.Sealing.IsSealing ? _with.Sealing.Seal(snapshot, LastSequenceNr) : snapshot);

    /// <summary>Akka gives each event the next place when it is handed over, not when it is written.</summary>
    private SealedEvent Seal(ISessionEvent @event)
    {
        _handedOver = Math.Max(_handedOver, LastSequenceNr) + 1;
        return _with.Sealing.Seal(@event, _handedOver);
    }
}
