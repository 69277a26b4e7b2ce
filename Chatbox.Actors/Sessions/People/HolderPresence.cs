using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.People;

/// <summary>
/// Journals when the holder's last socket goes and when one comes, and lets <see cref="PresenceNews"/> tell people who is there. After a restart the holder counts as away until a socket attaches again,
/// and so does a holder who has taken over without a socket.
/// </summary>
internal sealed class HolderPresence(
    LoadedSession session,
    SessionJournal journal,
    SessionViewers viewers,
    PresenceNews news,
    TimeProvider clock
)
{
    /// <summary>Compares the journal with the sockets that are there.</summary>
    public void Check()
    {
        news.Check();
        if (session.State.Assistance.Holder is not { } holder)
            return;
        var isThere = viewers.HasAdmin(holder.AdminId);
        if (isThere == holder.AwaySince is null)
            return;
        var now = clock.GetUtcNow();
        journal.Write([isThere ? new HolderBack(session.Id, now) : new HolderAway(session.Id, now)], () => { });
    }
}
