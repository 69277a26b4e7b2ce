using Akka.Actor;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Feed;

namespace Chatbox.Actors.Sessions.Standing;

/// <summary>
/// Tells admins who looks at a session, if the session concerns them: an admin looks at it or holds it, or its owner has asked for a person. All others stay
/// silent, so that a crowd that reconnects does not drown the feed. While somebody looks, the news is repeated: a dashboard that is opened later learns it,
/// and forgets what is not repeated, such as the news of a node that died.
/// </summary>
/// <param name="actor">The session's actor; receives <see cref="Due"/>.</param>
internal sealed class AudienceNews(LoadedSession session, IAdminFeed feed, IWithTimers actor, TimeProvider clock)
{
    /// <summary>A device that changes its network goes and comes back at once: only what lasts is told.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>Time after which the same is told again.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromSeconds(20);

    private Audience _now = Audience.Nobody;
    private Audience _told = Audience.Nobody;
    private bool _isSettling;

    /// <summary>It is time to tell.</summary>
    public sealed record Due : INoSerializationVerificationNeeded
    {
        public static Due Instance { get; } = new();
    }

    /// <summary>What admins may know now; nobody, for a session that does not concern them.</summary>
    private Audience Known => _now.Watching > 0 || session.State.Assistance is not { Help: null, Holder: null } ? _now : Audience.Nobody;

    /// <summary>Whether admins know of nobody, and nothing is about to be told.</summary>
    public bool IsSilent => _told == Audience.Nobody && !_isSettling;

    /// <summary>A viewer has come or gone.</summary>
    public void See(Audience audience)
    {
        _now = audience;
        Check();
    }

    /// <summary>The session may concern admins from now on, or no longer.</summary>
    public void Check()
    {
        if (_isSettling || Known == _told)
            return;
        _isSettling = true;
        actor.Timers.StartSingleTimer(nameof(AudienceNews), Due.Instance, Settle);
    }

    public void HandleDue()
    {
        var isRepetition = !_isSettling;
        _isSettling = false;
        if (isRepetition || Known != _told)
            Tell();
        if (_told != Audience.Nobody)
            actor.Timers.StartSingleTimer(nameof(AudienceNews), Due.Instance, Repeat);
    }

    private void Tell()
    {
        _told = Known;
        feed.Publish(
            new FeedEvent(FeedEventType.ViewersChanged, clock.GetUtcNow())
            {
                SessionId = session.Id,
                UserId = session.State.Owner,
                Facts = _told.ToFacts(),
            }
        );
    }
}
