using Chatbox.Messages.Notifications;
using Chatbox.Node.Notifications;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Notifications;

public sealed class TrafficWatchTests : IDisposable
{
    private readonly PrometheusMetrics _metrics = new();
    private readonly RecordedIncidents _incidents = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly TrafficWatch _watch;

    public TrafficWatchTests() => _watch = new TrafficWatch(new NotifierOptions { TrafficPerMinute = 10 }, _metrics, _incidents, _clock);

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void Limit_that_refuses_more_than_the_rate_is_an_incident()
    {
        Refuse("public", 10);
        Refuse("message", 11);
        Assert.Equal("message", Assert.Single(_incidents.Raised).Facts["limiter"]);
        Assert.Equal(IncidentKind.Traffic, _incidents.Raised[0].Kind);
        Assert.Equal("11", _incidents.Raised[0].Facts["refused_per_minute"]);
    }

    [Fact]
    public void Flood_that_lasts_is_told_once_in_a_quarter_of_an_hour()
    {
        for (var minute = 0; minute < 16; minute++)
            Refuse("public", 100);

        Assert.Equal(2, _incidents.Raised.Count);
    }

    private void Refuse(string limiter, int count)
    {
        for (var n = 0; n < count; n++)
            _metrics.LimitHit(limiter);
        _watch.Look();
        _clock.Advance(TimeSpan.FromMinutes(1));
    }
}
