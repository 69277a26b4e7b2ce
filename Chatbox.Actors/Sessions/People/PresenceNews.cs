using Akka.Actor;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.People;

/// <summary>
/// Tells the owner whether the holder is there, and admins whether the owner is. Nobody hears of an admin who only looks. Knows only the sockets that are
/// attached to this incarnation: of a side that has no socket yet, nothing is told until it has had the time to come back.
/// </summary>
/// <param name="actor">The session's actor; receives <see cref="Due"/>.</param>
internal sealed class PresenceNews(LoadedSession session, SessionViewers viewers, IWithTimers actor)
{
    /// <summary>Time without a socket after which a side is away.</summary>
    public static readonly TimeSpan ComeBackWithin = TimeSpan.FromSeconds(8);

    private SidePresence _owner = SidePresence.Unknown;
    private SidePresence _holder = SidePresence.Unknown;

    /// <summary>The place of the takeover that <see cref="_holder"/> is about; 0 without one.</summary>
    private long _takeover;

    /// <summary>A side has had the time to come back.</summary>
    public sealed record Due(ConversationSide Side) : INoSerializationVerificationNeeded;

    /// <summary>Compares what was told with the sockets that are there.</summary>
    public void Check()
    {
        var holder = session.State.Assistance.Holder;
        var takeover = holder?.Seq ?? 0;
        if (takeover != _takeover)
            _holder = SidePresence.Unknown;
        _takeover = takeover;
        _owner = Follow(ConversationSide.Owner, _owner, viewers.HasAdmins ? viewers.HasOwner : null);
        _holder = Follow(ConversationSide.Admin, _holder, holder is null ? null : viewers.HasAdmin(holder.AdminId));
        viewers.ShowPresence(_owner.IsHere, holder?.AdminId, _holder.IsHere, takeover);
    }

    public void Handle(Due due)
    {
        if (due.Side == ConversationSide.Owner)
            _owner = _owner.Expire();
        else
            _holder = _holder.Expire();
        Check();
    }

    /// <param name="isThere">Null if nobody may know.</param>
    private SidePresence Follow(ConversationSide side, SidePresence before, bool? isThere)
    {
        var now = isThere is { } known ? before.See(known) : SidePresence.Unknown;
        var timer = $"{nameof(PresenceNews)}-{side}";
        if (!now.IsLeaving)
            actor.Timers.Cancel(timer);
        else if (!before.IsLeaving)
            actor.Timers.StartSingleTimer(timer, new Due(side), ComeBackWithin);
        return now;
    }
}
