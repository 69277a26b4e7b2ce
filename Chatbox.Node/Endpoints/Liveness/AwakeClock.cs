namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>
/// The time in which the node was awake. What clients sent to a paused process is not read yet when it goes on, so the pause must not count as
/// their silence. Any thread may read the time.
/// </summary>
internal sealed class AwakeClock(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private long _pausedTicks;
    private TimeSpan _last;

    /// <summary>The time since the node woke up first. Ahead by the length of a pause between its end and the next tick.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_start) - TimeSpan.FromTicks(Volatile.Read(ref _pausedTicks));

    /// <summary>Returns the time. What passed since the last tick beyond <paramref name="longest"/> was a pause. For one thread at a time.</summary>
    public TimeSpan Tick(TimeSpan longest)
    {
        var passed = Now - _last;
        if (passed > longest)
            Volatile.Write(ref _pausedTicks, _pausedTicks + (passed - longest).Ticks);
        return _last += passed < longest ? passed : longest;
    }
}
