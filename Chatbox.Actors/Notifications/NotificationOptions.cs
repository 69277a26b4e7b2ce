using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.Notifications;

/// <summary>Who is told of what, and how long the outbox tries.</summary>
public sealed record NotificationOptions
{
    /// <summary>Greatest number of incidents that wait for a recipient. More are treated like incidents over the limit.</summary>
    public const int MaxWaiting = 1_000;

    /// <summary>The channels by kind of incident (<c>NOTIFY_…</c>); no entry for nobody.</summary>
    public IReadOnlyDictionary<IncidentKind, IReadOnlyList<string>> Rules { get; init; } =
        new Dictionary<IncidentKind, IReadOnlyList<string>>();

    /// <summary>Incidents of one kind that are told within any hour, in the whole cluster (<c>NOTIFY_PER_HOUR</c>).</summary>
    public int PerHour { get; init; } = 60;

    /// <summary>Time after which the outbox stops to try (<c>NOTIFY_GIVE_UP_AFTER</c>).</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest time of one attempt (<c>NOTIFY_TIMEOUT</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Wait before the second attempt. Doubles with each attempt, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between two attempts, unless the server asks for more.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How this node calls itself in notifications.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>The recipients that are to be told of an incident of this kind.</summary>
    public IEnumerable<INotificationChannel> Of(IncidentKind kind, IEnumerable<INotificationChannel> channels) =>
        Rules.TryGetValue(kind, out var names) ? channels.Where(channel => names.Contains(channel.Channel)) : [];
}
