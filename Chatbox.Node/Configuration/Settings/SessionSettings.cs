using Chatbox.Actors.Sessions.Settings;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of sessions: when they end, leave memory and are written.</summary>
internal static class SessionSettings
{
    // Akka timers count milliseconds in an int, which ends just under 25 days.
    private const string Longest = "480h";

    private static readonly ChatSessionOptions Defaults = new();

    public static readonly SettingSection Section = new("Sessions", "SESSION_", "chatbox:session");

    public static readonly Setting<TimeSpan> Ttl = Section.Add(
        "SESSION_TTL",
        Values.Duration("1s", Longest),
        Defaults.Ttl,
        "End a session after this long without activity."
    );

    public static readonly Setting<TimeSpan> ReconnectTimeout = Section.Add(
        "RECONNECT_TIMEOUT",
        Values.Duration("0", Longest),
        Defaults.ReconnectTimeout,
        "Time after the end of a session in which its owner can reopen it."
    );

    public static readonly Setting<TimeSpan> CleanupInterval = Section.Add(
        "SESSION_CLEANUP_INTERVAL",
        Values.Duration("1s", "24h"),
        Defaults.CleanupInterval,
        "Interval between searches for idle sessions."
    );

    public static readonly Setting<int> RetentionDays = Section.Add(
        "RETENTION_DAYS",
        Values.Number(0, 36_500),
        0,
        "Number of days after its last activity after which an ended session is erased, with all its content. 0 keeps sessions for ever."
    );

    public static readonly Setting<TimeSpan> PassivateAfter = Section.Add(
        "SESSION_PASSIVATE_AFTER",
        Values.Duration("1s", "24h"),
        Defaults.PassivateAfter,
        "Passivate a session in which nothing has happened for this long, and that nobody looks at from another node."
    );

    public static readonly Setting<TimeSpan> AdminGoneAfter = Section.Add(
        "ADMIN_GONE_AFTER",
        Values.Duration("1s", "24h"),
        Defaults.HolderGoneAfter,
        "End a takeover when the admin has had no connection to the session for this long."
    );

    public static readonly Setting<TimeSpan> HelpReplyWithin = Section.Add(
        "HELP_REPLY_WITHIN",
        Values.Duration("1s", "24h"),
        Defaults.ReplyWithin,
        "End a takeover, and return the session to the queue, when the user has waited this long for a message of the admin."
    );

    public static readonly Setting<TimeSpan> CheckpointInterval = Section.Add(
        "STREAM_CHECKPOINT_INTERVAL",
        Values.Duration("0", "1m"),
        Defaults.CheckpointInterval,
        "Maximum age of text that was shown but is not in the journal yet, while an answer runs. 0 writes every piece to the journal before it is shown."
    );

    public static readonly Setting<int> SnapshotEvery = Section.Add(
        "SNAPSHOT_EVERY",
        Values.Number(10, 10_000),
        Defaults.SnapshotEvery,
        "Number of events after which a session takes a snapshot."
    );

    public static readonly Setting<int> JournalKeep = Section.Add(
        "JOURNAL_KEEP",
        Values.Number(0, 1_000_000),
        Defaults.JournalKeep!.Value,
        "Number of events that stay in the journal of a session or user below its newest snapshot. Older events are deleted; the history and recovery do not need them. Has no effect with MongoDB, which keeps all events."
    );
}
