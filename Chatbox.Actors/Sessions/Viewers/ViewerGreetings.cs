using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// Makes the cursor of a viewer that comes, and tells its client first how the session stands. A viewer that stayed while the session
/// rested knows that already.
/// </summary>
internal sealed class ViewerGreetings(
    SessionView view,
    ModelOptions models,
    VoiceServices voice,
    IChatboxMetrics metrics,
    TimeProvider clock
)
{
    /// <summary>Most items that are sent again to a client that comes back. A client that missed more reads the history. Protocol section 5.</summary>
    public const int MaxReplay = 500;

    /// <summary>The cursor of a viewer that attaches where its client stands.</summary>
    /// <param name="head">The session's last place in its journal.</param>
    public ViewerCursor Greet(IActorRef viewer, AttachViewer attach, long head)
    {
        var unanswered = attach.Unanswered is { } command ? view.State.Acknowledged(command, attach.AsAdmin ? attach.UserId : null) : null;

        // The client's unanswered command took effect before the viewer attached: start in front of it, so that its message and all that
        // follows are sent.
        var last = attach.LastSeq ?? (unanswered is { MessageId: not null } ? unanswered.Seq - 1 : null);
        var behind = last is { } place && (place > head || place < view.State.ReplayableAfter || view.CountAfter(place) > MaxReplay);
        var from = Math.Min(last ?? head, head);
        var cursor = CursorAt(from, viewer, attach);
        if (!behind || !cursor.ReloadHistory(view))
            cursor.Send(view, ConnectionStatus(attach, from, reload: false), from);
        if (unanswered is not null)
            cursor.Commands.AcknowledgeUnanswered(
                unanswered.CommandId,
                unanswered.Seq,
                unanswered.MessageId,
                unanswered.CommandId.IsOfClient ? view.Ack(unanswered) : default
            );
        cursor.Resume(view);

        // A legacy page that gives no place may show another session's answer or the beginning of this one: it drops it and gets all of it.
        if (
            attach is { Legacy: true, LastSeq: null }
            && (attach.Attachment > 1 || attach.Partial is not null || view.Live is { Shown: > 0 })
        )
            cursor.Send(view, view.AnswerLeft(), 0);
        TellOfPeople(cursor);
        return cursor;
    }

    /// <summary>The cursor of a viewer that stayed while the session rested, at the place that the viewer had reached.</summary>
    public ViewerCursor Resume(RestingViewers.Viewer resting) =>
        CursorAt(resting.At.LastSeq ?? 0, resting.Ref, resting.At, resting.UnderWay);

    private ViewerCursor CursorAt(long seq, IActorRef viewer, AttachViewer attach, int underWay = 0) =>
        new(viewer, attach, seq, (at, reload) => ConnectionStatus(attach, at, reload), metrics, underWay)
        {
            LacksModels = view.State.Assistance.Holder is not null,
        };

    /// <summary>Tells a new viewer what the others have been told before.</summary>
    private void TellOfPeople(ViewerCursor cursor)
    {
        var assistance = view.State.Assistance;
        if (cursor.Admin is null)
        {
            if (view.QueuePlace() is { } place)
                cursor.Notify(Notice.QueuePlace, place);
            if (assistance.SeenByAdmin > 0)
                cursor.Notify(Notice.Seen, view.Seen(ConversationSide.Admin));
            return;
        }

        if (assistance.SeenByOwner > 0)
            cursor.Notify(Notice.Seen, view.Seen(ConversationSide.Owner));
        if (assistance is { Holder: { } holder, Offer: { } offer } && offer.IsOpen(clock.GetUtcNow()))
            cursor.Notify(Notice.Offer, view.Offer(holder, offer.To, SessionViewers.OfferState.Offered));
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
