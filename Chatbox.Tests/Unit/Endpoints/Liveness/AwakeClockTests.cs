using Chatbox.Node.Endpoints.Liveness;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Endpoints.Liveness;

/// <summary>The time in which a node was awake.</summary>
public sealed class AwakeClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AwakeClock _clock;

    public AwakeClockTests() => _clock = new AwakeClock(_time, TimeSpan.FromSeconds(2));

    [Fact]
    public void Time_between_ticks_counts_and_what_is_longer_than_a_pause_does_not()
    {
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal((TimeSpan.FromSeconds(1.5), false), _clock.Tick());

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((TimeSpan.FromSeconds(3.5), true), _clock.Tick());
        Assert.Equal(TimeSpan.FromSeconds(3.5), _clock.Now);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(4.5), _clock.Now);
        Assert.Equal((TimeSpan.FromSeconds(4.5), false), _clock.Tick());
    }

    /// <summary>A socket that opens or is heard just then would otherwise be looked at only after the length of the pause.</summary>
    [Fact]
    public void Time_is_not_ahead_between_the_end_of_a_pause_and_the_next_tick()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _clock.Tick();
        _time.Advance(TimeSpan.FromHours(8));

        Assert.Equal(TimeSpan.FromSeconds(3), _clock.Now);
        Assert.Equal((TimeSpan.FromSeconds(3), true), _clock.Tick());
    }
}
