using System.Collections.Immutable;

namespace Chatbox.Messages.Feed;

/// <summary>One thing that happened, as admins see it live. It holds ids, times, numbers and fixed words, and never content.</summary>
/// <param name="Type">One of <see cref="FeedEventType"/>.</param>
/// <param name="At">When it happened.</param>
public sealed record FeedEvent(string Type, DateTimeOffset At)
{
    /// <summary>The session that it concerns.</summary>
    public SessionId? SessionId { get; init; }

    /// <summary>The owner of the session.</summary>
    public UserId? UserId { get; init; }

    /// <summary>The admin who did it, or who held the session.</summary>
    public UserId? AdminId { get; init; }

    /// <summary>What else an admin wants to know, such as <c>reason</c>, <c>waiting</c> or <c>model</c>. No content.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>The types of events in the feed. Protocol section 6.</summary>
public static class FeedEventType
{
    public const string SessionOpened = "session_opened";
    public const string SessionEnded = "session_ended";
    public const string SessionReopened = "session_reopened";
    public const string SessionErased = "session_erased";
    public const string SessionTakenOver = "session_taken_over";
    public const string SessionReleased = "session_released";
    public const string TransferOffered = "transfer_offered";
    public const string TransferDeclined = "transfer_declined";
    public const string HelpRequested = "help_requested";
    public const string HelpAnswered = "help_answered";
    public const string HelpEscalated = "help_escalated";
    public const string QueueChanged = "queue_changed";
    public const string Rated = "rated";
    public const string ViewersChanged = "viewers_changed";
    public const string ModelFailing = "model_failing";
    public const string ModelRecovered = "model_recovered";
    public const string StoreFailing = "store_failing";
    public const string StoreRecovered = "store_recovered";
    public const string NotificationFailed = "notification_failed";

    /// <summary>Events were missed: the reader reads its lists again. Never published; the feed says it to a reader.</summary>
    public const string Reload = "reload";

    /// <summary>Every type.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SessionOpened,
        SessionEnded,
        SessionReopened,
        SessionErased,
        SessionTakenOver,
        SessionReleased,
        TransferOffered,
        TransferDeclined,
        HelpRequested,
        HelpAnswered,
        HelpEscalated,
        QueueChanged,
        Rated,
        ViewersChanged,
        ModelFailing,
        ModelRecovered,
        StoreFailing,
        StoreRecovered,
        NotificationFailed,
        Reload,
    ];
}
