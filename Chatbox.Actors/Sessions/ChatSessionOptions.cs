using Chatbox.Actors.Sessions.State;

namespace Chatbox.Actors.Sessions;

/// <summary>How a session journals and rests.</summary>
public sealed record ChatSessionOptions
{
    /// <summary>
    /// Longest time in which shown text of a running answer stays out of the journal (<c>STREAM_CHECKPOINT_INTERVAL</c>);
    /// zero journals every piece before it is shown.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Events between two snapshots (<c>SNAPSHOT_EVERY</c>), 10 to 10000.</summary>
    public int SnapshotEvery { get; init; } = 200;

    /// <summary>How much of a conversation stays in memory; only tests choose another size.</summary>
    internal SessionBounds Bounds { get; init; } = SessionBounds.Default;

    /// <summary>How long the index may take to acknowledge an update before it is sent again.</summary>
    public TimeSpan IndexTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rest without viewers and running answers after which a session leaves memory (<c>SESSION_PASSIVATE_AFTER</c>).</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The same for a session that nobody has viewed since it came to memory; at most <see cref="PassivateAfter"/> counts.</summary>
    public TimeSpan PassivateUnviewedAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Idle time that ends a session (<c>SESSION_TTL</c>).</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often idle sessions are looked for (<c>SESSION_CLEANUP_INTERVAL</c>).</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time after its end in which a session can be reopened (<c>RECONNECT_TIMEOUT</c>).</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromMinutes(15);
}
