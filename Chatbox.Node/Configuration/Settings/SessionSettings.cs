using Chatbox.Actors.Sessions.Settings;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>How conversations are kept and when they end.</summary>
internal static class SessionSettings
{
    // Timers of the actor system count milliseconds in an int: just under 25 days.
    private const string Longest = "480h";

    private static readonly ChatSessionOptions Defaults = new();

    public static readonly SettingSection Section = new("Sessions", "SESSION_", "chatbox:session");

    public static readonly Setting<TimeSpan> Ttl = Section.Add(
        "SESSION_TTL",
        Values.Duration("1s", Longest),
        Defaults.Ttl,
        "Idle time that ends a session."
    );

    public static readonly Setting<TimeSpan> ReconnectTimeout = Section.Add(
        "RECONNECT_TIMEOUT",
        Values.Duration("0", Longest),
        Defaults.ReconnectTimeout,
        "Time after its end in which a session can be reopened."
    );

    public static readonly Setting<TimeSpan> CleanupInterval = Section.Add(
        "SESSION_CLEANUP_INTERVAL",
        Values.Duration("1s", "24h"),
        Defaults.CleanupInterval,
        "How often idle sessions are looked for."
    );

    public static readonly Setting<TimeSpan> PassivateAfter = Section.Add(
        "SESSION_PASSIVATE_AFTER",
        Values.Duration("1s", "24h"),
        Defaults.PassivateAfter,
        "Rest without viewers and running answers after which a session leaves memory."
    );

    public static readonly Setting<TimeSpan> CheckpointInterval = Section.Add(
        "STREAM_CHECKPOINT_INTERVAL",
        Values.Duration("0", "1m"),
        Defaults.CheckpointInterval,
        "Longest time in which shown text of a running answer stays out of the journal; 0 journals every piece before it is shown."
    );

    public static readonly Setting<int> SnapshotEvery = Section.Add(
        "SNAPSHOT_EVERY",
        Values.Number(10, 10_000),
        Defaults.SnapshotEvery,
        "Events between two snapshots of a session."
    );
}
