namespace Chatbox.Tests.Integration.Models;

/// <summary>A clock on which every wait is over at once.</summary>
internal sealed class Impatience : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
}
