using Akka.Actor;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.People;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>Lets viewers come, stay while the session rests, and go. The session's actor watches each of them.</summary>
internal sealed class Attendance(
    LoadedSession session,
    SessionViewers viewers,
    SessionRest rest,
    HolderPresence presence,
    IActorContext context
)
{
    /// <summary>The sender comes, if the session is open to its user.</summary>
    /// <param name="head">The session's last place in its journal.</param>
    public void Attach(AttachViewer attach, long head)
    {
        if (attach.AsAdmin ? session.State.Owner is null : !session.State.IsOpenTo(attach.UserId))
        {
            context.Sender.Tell(new ViewerRefused(session.Id));
            return;
        }

        if (viewers.Attach(context.Sender, attach, head))
            context.Watch(context.Sender);
        rest.Viewed();
        presence.Check();
    }

    /// <summary>A viewer goes.</summary>
    public void Detach(IActorRef viewer)
    {
        context.Unwatch(viewer);
        viewers.Detach(viewer);
        rest.BeginIfIdle();
        presence.Check();
    }

    /// <summary>The session has woken: goes on with the viewers that stayed.</summary>
    public void Resume(IReadOnlyList<RestingViewers.Viewer> stayed)
    {
        if (stayed.Count == 0)
            return;
        foreach (var viewer in stayed)
        {
            context.Watch(viewer.Ref);
            viewers.Resume(viewer);
        }

        rest.Viewed();
        presence.Check();
    }

    /// <summary>The session has woken and cannot be viewed any more: those who stayed are told what a viewer that comes is told.</summary>
    public void TurnAway(IReadOnlyList<RestingViewers.Viewer> stayed)
    {
        foreach (var viewer in stayed)
            context.Self.Tell(viewer.At, viewer.Ref);
    }
}
