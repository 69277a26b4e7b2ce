namespace Chatbox.Node.Notifications;

/// <summary>What there is to tell after a look at the store.</summary>
internal enum StoreNews
{
    None,
    Failed,
    Works,
}

/// <summary>
/// Decides when a failing store is an outage that is told: after it has failed at every look for <see cref="After"/>, once, and again when it
/// works; at most <see cref="PerHour"/> outages within an hour. Pure.
/// </summary>
internal sealed class StoreOutage
{
    public static readonly TimeSpan After = TimeSpan.FromSeconds(10);

    public const int PerHour = 4;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Queue<DateTimeOffset> _told = new();
    private DateTimeOffset? _failingSince;

    /// <summary>When the outage that was told began; null if there is none.</summary>
    public DateTimeOffset? ToldOutage { get; private set; }

    public StoreNews Observe(bool works, DateTimeOffset now)
    {
        if (works)
        {
            _failingSince = null;
            return ToldOutage is null ? StoreNews.None : StoreNews.Works;
        }

        _failingSince ??= now;
        if (ToldOutage is not null || now - _failingSince < After)
            return StoreNews.None;
        while (_told.TryPeek(out var first) && now - first >= Hour)
            _told.Dequeue();
        if (_told.Count >= PerHour)
            return StoreNews.None;
        _told.Enqueue(now);
        ToldOutage = _failingSince;
        return StoreNews.Failed;
    }

    /// <summary>The end of the outage has been told.</summary>
    public void Close() => ToldOutage = null;
}
