using Akka.Actor;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Feed;
using static Chatbox.Messages.Feed.FeedProtocol;

namespace Chatbox.Actors.Feed;

/// <summary>
/// Carries this node's events to the feed in their order, a few at a time, and repeats them until the feed has them. The events are bounded:
/// the oldest make room, and the feed notices.
/// </summary>
public sealed class FeedPublisherActor : ReceiveActor, IWithTimers
{
    /// <summary>Most events that wait for the feed.</summary>
    public const int MaxWaiting = 2_000;

    /// <summary>Most events in one message. With the longest ids they stay below the size of a message between nodes.</summary>
    public const int MaxEvents = 30;

    /// <summary>Wait for the feed's confirmation.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(2);

    private readonly string _id = $"{Guid.NewGuid():n}";
    private readonly Queue<FeedEvent> _waiting = new();
    private readonly IActorRef _feed;
    private readonly IChatboxMetrics _metrics;

    /// <summary>The number of the oldest event that waits.</summary>
    private long _first = 1;

    private bool _isOnItsWay;

    private sealed record RepeatDue : INoSerializationVerificationNeeded;

    /// <param name="feed">The way to the feed.</param>
    public FeedPublisherActor(IActorRef feed, IChatboxMetrics metrics)
    {
        (_feed, _metrics) = (feed, metrics);
        Receive<FeedEvent>(Handle);
        Receive<EventsPublished>(Handle);
        Receive<RepeatDue>(_ => Send());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Handle(FeedEvent @event)
    {
        _metrics.AdminEventPublished();
        _waiting.Enqueue(@event);
        if (_waiting.Count > MaxWaiting)
            Forget();
        if (!_isOnItsWay)
            Send();
    }

    private void Handle(EventsPublished published)
    {
        if (published.Publisher != _id || published.Through < _first)
            return;
        while (_waiting.Count > 0 && _first <= published.Through)
            Forget();
        Send();
    }

    private void Forget()
    {
        _waiting.Dequeue();
        _first++;
    }

    private void Send()
    {
        _isOnItsWay = _waiting.Count > 0;
        if (!_isOnItsWay)
        {
            Timers.Cancel(nameof(RepeatDue));
            return;
        }

        _feed.Tell(new PublishEvents(_id, _first, [.. _waiting.Take(MaxEvents)]));
        Timers.StartSingleTimer(nameof(RepeatDue), new RepeatDue(), RepeatAfter);
    }
}
