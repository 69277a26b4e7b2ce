using Chatbox.Node.Endpoints.Liveness;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Endpoints.Liveness;

/// <summary>The time in which a node was awake.</summary>
public sealed class AwakeClockTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Time_between_ticks_counts_and_what_is_longer_than_a_pause_does_not()
    {
        var clock = new AwakeClock(_time);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(TimeSpan.FromSeconds(1.5), clock.Tick(Longest));

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.FromSeconds(3.5), clock.Tick(Longest));
        Assert.Equal(TimeSpan.FromSeconds(3.5), clock.Now);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(4.5), clock.Now);
        Assert.Equal(TimeSpan.FromSeconds(4.5), clock.Tick(Longest));
    }
}
