namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>
/// The time in which the node was awake. What clients sent to a paused process is not read yet when it goes on, so the pause must not count as
/// their silence. Any thread may read the time.
/// </summary>
/// <param name="longest">The longest time between two ticks that counts; what is longer was a pause.</param>
internal sealed class AwakeClock(TimeProvider clock, TimeSpan longest)
{
    private readonly long _start = clock.GetTimestamp();
    private long _pausedTicks;
    private long _lastTicks;

    /// <summary>The time since the node woke up first: never early, and late by at most what counts between two ticks.</summary>
    public TimeSpan Now
    {
        get
        {
            // In this order a tick in between makes the time late, and not early.
            var paused = Volatile.Read(ref _pausedTicks);
            var ticks = clock.GetElapsedTime(_start).Ticks - paused;
            return TimeSpan.FromTicks(Math.Min(ticks, Volatile.Read(ref _lastTicks) + longest.Ticks));
        }
    }

    /// <summary>Moves the time on, and says whether the node stood still since the last tick. For one thread at a time.</summary>
    public (TimeSpan Now, bool StoodStill) Tick()
    {
        var passed = clock.GetElapsedTime(_start).Ticks - _pausedTicks - _lastTicks;
        var stoodStill = passed > longest.Ticks;
        var counts = stoodStill ? longest.Ticks : passed;
        Volatile.Write(ref _lastTicks, _lastTicks + counts);
        Volatile.Write(ref _pausedTicks, _pausedTicks + passed - counts);
        return (TimeSpan.FromTicks(_lastTicks), stoodStill);
    }
}
