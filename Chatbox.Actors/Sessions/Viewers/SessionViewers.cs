using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>The viewers of a session. All see the same items in the same order, each at the pace of its own socket.</summary>
internal sealed class SessionViewers(
    SessionView view,
    ModelOptions models,
    VoiceServices voice,
    AudienceNews news,
    IChatboxMetrics metrics,
    TimeProvider clock
)
{
    /// <summary>Most items that are sent again to a client that comes back. A client that missed more reads the history. Protocol section 5.</summary>
    public const int MaxReplay = 500;

    private readonly Dictionary<IActorRef, ViewerCursor> _cursors = [];

    public bool IsEmpty => _cursors.Count == 0;

    private Audience Audience => Audience.Of([.. _cursors.Values.Select(cursor => cursor.Admin)]);

    /// <summary>What became of an offer to hand the session over.</summary>
    internal enum OfferState
    {
        Offered,
        Declined,
        Expired,
    }

    /// <summary>Attaches a viewer where its client stands; false for the repetition of an attachment that has arrived.</summary>
    /// <param name="head">The session's last place in its journal.</param>
    public bool Attach(IActorRef viewer, AttachViewer attach, long head)
    {
        viewer.Tell(new ViewerAttached(view.Id) { Attachment = attach.Attachment });

        // A repetition, sent because our reply was slow: nothing that was sent may be sent again.
        if (_cursors.TryGetValue(viewer, out var known) && known.Attachment == attach.Attachment)
            return false;
        var unanswered = attach.Unanswered is { } command ? view.State.Acknowledged(command, attach.AsAdmin ? attach.UserId : null) : null;

        // The client's unanswered command took effect before the viewer attached: start in front of it, so that its message and all that
        // follows are sent.
        var last = attach.LastSeq ?? (unanswered is { MessageId: not null } ? unanswered.Seq - 1 : null);
        var behind = last is { } place && (place > head || place < view.State.ReplayableAfter || view.CountAfter(place) > MaxReplay);
        var from = Math.Min(last ?? head, head);
        var cursor = _cursors[viewer] = new ViewerCursor(
            viewer,
            attach.Attachment,
            from,
            attach.Partial,
            (seq, reload) => ConnectionStatus(attach, seq, reload),
            metrics,
            attach.Legacy,
            attach.AsAdmin ? attach.UserId : null
        )
        {
            LacksModels = view.State.Assistance.Holder is not null,
        };
        news.See(Audience);
        if (!behind || !cursor.ReloadHistory(view))
            cursor.Send(view, ConnectionStatus(attach, from, reload: false), from);
        if (unanswered is not null)
            cursor.Commands.AcknowledgeUnanswered(
                unanswered.CommandId,
                unanswered.Seq,
                unanswered.MessageId,
                unanswered.CommandId.IsOfClient ? Ack(unanswered) : default
            );
        cursor.Resume(view);

        // A legacy page that gives no place may show another session's answer or the beginning of this one: it drops it and gets all of it.
        if (
            attach is { Legacy: true, LastSeq: null }
            && (attach.Attachment > 1 || attach.Partial is not null || view.Live is { Shown: > 0 })
        )
            cursor.Send(view, view.AnswerLeft(), 0);
        TellOfPeople(cursor);
        cursor.Pump(view);
        return true;
    }

    /// <summary>Whether a socket of this admin is attached.</summary>
    public bool HasAdmin(UserId admin) => _cursors.Values.Any(cursor => cursor.Admin == admin);

    /// <summary>Whether a socket of any admin is attached.</summary>
    public bool HasAdmins => Of(ConversationSide.Admin).Any();

    /// <summary>Whether a socket of the owner is attached.</summary>
    public bool HasOwner => Of(ConversationSide.Owner).Any();

    public void Detach(IActorRef viewer)
    {
        if (_cursors.Remove(viewer))
            news.See(Audience);
    }

    /// <summary>Detaches all viewers and tells them so; returns them.</summary>
    public IReadOnlyList<IActorRef> Dismiss()
    {
        IActorRef[] gone = [.. _cursors.Keys];
        _cursors.Clear();
        foreach (var viewer in gone)
            viewer.Tell(new ViewerDismissed(view.Id));
        return gone;
    }

    /// <summary>The viewer's socket has taken bytes and has room again.</summary>
    public void Took(IActorRef viewer, int bytes)
    {
        if (!_cursors.TryGetValue(viewer, out var cursor))
            return;
        cursor.Took(bytes);
        cursor.Pump(view);
    }

    /// <summary>Whether so many acks wait for this viewer's client that it must read before it sends another command.</summary>
    public bool MustReadFirst(IActorRef viewer) => _cursors.TryGetValue(viewer, out var cursor) && cursor.Commands.IsFull;

    /// <summary>A command of this viewer is durable: queues its <c>ack</c> at its place among the items.</summary>
    /// <param name="named">The client gave the id and waits for an <c>ack</c>.</param>
    public void Acknowledge(IActorRef viewer, Acknowledgement ack, bool named)
    {
        if (!_cursors.TryGetValue(viewer, out var cursor) || cursor.Commands.TakeUnanswered(ack.CommandId))
            return;
        cursor.Commands.Acknowledge(ack.Seq, ack.MessageId, named ? Ack(ack) : default);
        cursor.Pump(view);
    }

    /// <summary>Typing is only of the moment: viewers without room are left out.</summary>
    /// <param name="byAdmin">The holder types, and not the owner.</param>
    public void ShowTyping(IActorRef typist, bool typing, bool byAdmin)
    {
        var frame = ConnectionFrames.Typing(view.Id, typing, clock.GetUtcNow(), byAdmin);
        foreach (var other in _cursors.Values.Where(v => !v.Viewer.Equals(typist) && v.HasRoom))
            other.Send(view, frame, 0);
    }

    /// <summary>The model is thinking: tells the viewers that have reached its answer and have room.</summary>
    public void ShowThinking(LiveAnswer live)
    {
        var frame = view.Loading(live);
        foreach (var cursor in _cursors.Values.Where(v => v.HasRoom && v.Follows(live)))
            cursor.Send(view, frame, 0);
    }

    public void ModelChanged(ModelDescription model)
    {
        var frame = ConnectionFrames.ModelConfirmed(view.Id, new ConnectionFrames.Model(model.Id, model.Name), clock.GetUtcNow());
        foreach (var cursor in _cursors.Values)
            cursor.Notify(Notice.Model, frame);
    }

    /// <summary>The owner's request for help is stored.</summary>
    public void HelpRequested()
    {
        var frame = PeopleFrames.HelpRequested(view.Id, clock.GetUtcNow());
        foreach (var cursor in _cursors.Values)
            cursor.Notify(Notice.Help, frame);
    }

    /// <summary>The model that answers now is told only the names and types of these files; does nothing without files.</summary>
    /// <param name="notReadable">Files that the model cannot read.</param>
    /// <param name="missed">Files that it could read, but was not given.</param>
    public void FilesUnread(IReadOnlyList<MessageFile> notReadable, IReadOnlyList<MessageFile> missed)
    {
        if (notReadable.Count + missed.Count == 0)
            return;
        var frame = FileFrames.Unread(view.Id, notReadable, missed, clock.GetUtcNow());
        foreach (var cursor in _cursors.Values)
            cursor.Notify(Notice.FilesUnread, frame);
    }

    /// <summary>Tells the owner the place in the queue.</summary>
    public void ShowQueuePlace()
    {
        foreach (var cursor in Of(ConversationSide.Owner))
            TellQueuePlace(cursor);
    }

    /// <summary>Tells the admins what became of an offer to hand the session over.</summary>
    public void ShowOffer(SessionHolder holder, UserId to, OfferState state)
    {
        var frame = view.Offer(holder, to, state);
        foreach (var cursor in Of(ConversationSide.Admin))
            cursor.Notify(Notice.Offer, frame);
    }

    /// <summary>Tells the other side how far this side has seen the conversation.</summary>
    public void ShowSeen(ConversationSide side)
    {
        var frame = view.Seen(side);
        foreach (var cursor in Of(side == ConversationSide.Owner ? ConversationSide.Admin : ConversationSide.Owner))
            cursor.Notify(Notice.Seen, frame);
    }

    /// <summary>Tells each viewer whether the other side is there, unless it was told the same.</summary>
    /// <param name="owner">Whether the owner is there, for the admins; null if that is not known.</param>
    /// <param name="holder">Null if nobody holds the session.</param>
    /// <param name="holderIsHere">Whether the holder is there, for the owner; null if that is not known.</param>
    /// <param name="takeover">The place of the holder's takeover.</param>
    public void ShowPresence(bool? owner, UserId? holder, bool? holderIsHere, long takeover)
    {
        foreach (var cursor in _cursors.Values)
        {
            var isOwner = cursor.Admin is null;
            var told = isOwner ? (takeover, holderIsHere) : (0, owner);
            if (told.Item2 is not { } isHere || cursor.Presence == (told.Item1, isHere))
                continue;
            cursor.Presence = (told.Item1, isHere);
            cursor.Notify(Notice.Presence, PeopleFrames.Presence(view.Id, isOwner ? holder : null, isHere, clock.GetUtcNow()));
            cursor.Pump(view);
        }
    }

    /// <summary>The takeover has ended: clients that came during it learn of the models.</summary>
    public void ModelsAreBack()
    {
        foreach (var cursor in _cursors.Values.Where(cursor => cursor.LacksModels))
        {
            cursor.LacksModels = false;
            cursor.Notify(Notice.Status, default);
        }
    }

    /// <summary>The answer's text is withdrawn: viewers that have text of it are told so.</summary>
    public void Withdraw(LiveAnswer live)
    {
        foreach (var cursor in _cursors.Values)
            cursor.Withdraw(live.MessageId);
    }

    /// <summary>Sends every viewer what is new, as far as it has room.</summary>
    public void Pump()
    {
        foreach (var cursor in _cursors.Values)
            cursor.Pump(view);
    }

    /// <summary>The <c>ack</c> frame of a command.</summary>
    public ReadOnlyMemory<byte> Ack(Acknowledgement ack) => ConnectionFrames.Ack(view.Id, ack.CommandId, ack.Seq, ack.MessageId, ack.At);

    private IEnumerable<ViewerCursor> Of(ConversationSide side) =>
        _cursors.Values.Where(cursor => cursor.Admin is null == (side == ConversationSide.Owner));

    /// <summary>Tells a new viewer what the others have been told before.</summary>
    private void TellOfPeople(ViewerCursor cursor)
    {
        var assistance = view.State.Assistance;
        if (cursor.Admin is null)
        {
            TellQueuePlace(cursor);
            if (assistance.SeenByAdmin > 0)
                cursor.Notify(Notice.Seen, view.Seen(ConversationSide.Admin));
            return;
        }

        if (assistance.SeenByOwner > 0)
            cursor.Notify(Notice.Seen, view.Seen(ConversationSide.Owner));
        if (assistance is { Holder: { } holder, Offer: { } offer } && offer.IsOpen(clock.GetUtcNow()))
            cursor.Notify(Notice.Offer, view.Offer(holder, offer.To, OfferState.Offered));
    }

    private void TellQueuePlace(ViewerCursor cursor)
    {
        if (view.QueuePlace() is { } place)
            cursor.Notify(Notice.QueuePlace, place);
    }

    private ReadOnlyMemory<byte> ConnectionStatus(AttachViewer viewer, long seq, bool reload) =>
        ConnectionFrames.Status(
            view.Id,
            viewer.UserId,
            models.Models.Select(m => new ConnectionFrames.Model(m.Id, m.Name)),
            view.State.ModelId ?? models.Default,
            seq,
            reload,
            clock.GetUtcNow(),
            view.PeopleFor(viewer),
            voice
        );
}
