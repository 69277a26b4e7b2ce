using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>The viewers of a session. All see the same items in the same order, each at the pace of its own socket.</summary>
internal sealed class SessionViewers(SessionView view, ViewerGreetings greetings, AudienceNews news, TimeProvider clock)
{
    private readonly Dictionary<IActorRef, ViewerCursor> _cursors = [];

    public bool IsEmpty => _cursors.Count == 0;

    /// <summary>
    /// Whether the session may rest although it is viewed: all viewers are the owner's, because admins are told who looks at it, and on this
    /// node (<see cref="RestingViewers"/>).
    /// </summary>
    public bool MayStay => _cursors.Values.All(cursor => cursor.Admin is null && cursor.Viewer.Path.Address.HasLocalScope);

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
        var cursor = _cursors[viewer] = greetings.Greet(viewer, attach, head);
        news.See(Audience);
        cursor.Pump(view);
        return true;
    }

    /// <summary>Goes on with a viewer that stayed while the session rested. Its client is told nothing again.</summary>
    public void Resume(RestingViewers.Viewer resting)
    {
        resting.Ref.Tell(new RestingViewers.ViewerResumed(view.Id, resting.At.Attachment));
        var cursor = _cursors[resting.Ref] = greetings.Resume(resting);
        news.See(Audience);
        cursor.Pump(view);
    }

    /// <summary>Whether a socket of this admin is attached.</summary>
    public bool HasAdmin(UserId admin) => _cursors.Values.Any(cursor => cursor.Admin == admin);

    /// <summary>Whether a socket of any admin is attached.</summary>
    public bool HasAdmins => Of(ConversationSide.Admin).Any();

    /// <summary>Whether a socket of the owner is attached.</summary>
    public bool HasOwner => Of(ConversationSide.Owner).Any();

    /// <summary>All viewers with their places; null while something waits to be sent to one of them.</summary>
    public IReadOnlyList<RestingViewers.Viewer>? Settled()
    {
        RestingViewers.Viewer?[] settled = [.. _cursors.Values.Select(cursor => cursor.Settled(view))];
        return settled.Contains(null) ? null : [.. settled.OfType<RestingViewers.Viewer>()];
    }

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
        if (view.QueuePlace() is not { } place)
            return;
        foreach (var cursor in Of(ConversationSide.Owner))
            cursor.Notify(Notice.QueuePlace, place);
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
    public ReadOnlyMemory<byte> Ack(Acknowledgement ack) => view.Ack(ack);

    private IEnumerable<ViewerCursor> Of(ConversationSide side) =>
        _cursors.Values.Where(cursor => cursor.Admin is null == (side == ConversationSide.Owner));
}
