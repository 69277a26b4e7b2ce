using Chatbox.Actors.Sessions.State;

namespace Chatbox.Actors.Sessions.Settings;

/// <summary>How sessions journal, expire and leave memory.</summary>
public sealed record ChatSessionOptions
{
    /// <summary>
    /// Longest time before shown text of a running answer is journaled (<c>STREAM_CHECKPOINT_INTERVAL</c>). With zero, every piece is
    /// journaled before it is shown.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Events between two snapshots (<c>SNAPSHOT_EVERY</c>), 10 to 10000.</summary>
    public int SnapshotEvery { get; init; } = 200;

    /// <summary>
    /// Events that stay in the journal below a snapshot (<c>JOURNAL_KEEP</c>), 0 to 1000000; older ones are deleted. A session with more new
    /// events takes a snapshot before it leaves memory. Null deletes nothing.
    /// </summary>
    public int? JournalKeep { get; init; } = 5;

    /// <summary>How much of a conversation stays in memory. Only tests change it.</summary>
    internal SessionBounds Bounds { get; init; } = SessionBounds.Default;

    /// <summary>Wait for the index to acknowledge an update before the update is sent again.</summary>
    public TimeSpan IndexTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time in which nothing happens after which a session leaves memory (<c>SESSION_PASSIVATE_AFTER</c>).</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// The same for a session that nobody has viewed since it was loaded, or in which nothing was ever said. The shorter of the two times applies.
    /// </summary>
    public TimeSpan PassivateUnviewedAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time without activity after which a session ends (<c>SESSION_TTL</c>).</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time after the last activity of a session after which it is erased (<c>RETENTION_DAYS</c>); null keeps it for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Time between two searches for idle sessions, and for those to erase (<c>SESSION_CLEANUP_INTERVAL</c>).</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time without a socket of the holder after which a takeover ends (<c>ADMIN_GONE_AFTER</c>).</summary>
    public TimeSpan HolderGoneAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Longest time that an owner waits for a word of the holder before the session goes back to the queue (<c>HELP_REPLY_WITHIN</c>).
    /// </summary>
    public TimeSpan ReplyWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time after its end within which a session can be reopened (<c>RECONNECT_TIMEOUT</c>).</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromMinutes(15);
}
