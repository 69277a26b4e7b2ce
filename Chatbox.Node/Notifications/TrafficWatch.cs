using System.Collections.Immutable;
using System.Globalization;
using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Notifications;

/// <summary>Raises an incident if one of this node's limiters refuses more within a minute than is configured, at most once in a quarter of an hour.</summary>
internal sealed class TrafficWatch(NotifierOptions options, PrometheusMetrics metrics, IIncidents incidents, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, (double Counted, DateTimeOffset? ToldAt)> _limiters = [];

    /// <summary>Compares the counters with those of the last look.</summary>
    internal void Look()
    {
        var now = clock.GetUtcNow();
        foreach (var (limiter, count) in metrics.Refusals())
        {
            var (before, toldAt) = _limiters.GetValueOrDefault(limiter);
            var refused = count - before;
            if (refused > options.TrafficPerMinute && (toldAt is not { } at || now - at >= Silence))
            {
                toldAt = now;
                Raise(limiter, (long)refused, now);
            }

            _limiters[limiter] = (count, toldAt);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.TrafficPerMinute == 0)
            return;
        using var ticks = new PeriodicTimer(Interval, clock);
        while (await ticks.WaitForNextTickAsync(stoppingToken))
            Look();
    }

    private void Raise(string limiter, long refused, DateTimeOffset now) =>
        incidents.Raise(
            new Incident(IncidentKind.Traffic, new IncidentId($"traffic:{Guid.NewGuid():n}"), now)
            {
                Facts = ImmutableSortedDictionary
                    .Create<string, string>(StringComparer.Ordinal)
                    .Add("limiter", limiter)
                    .Add("refused_per_minute", refused.ToString(CultureInfo.InvariantCulture)),
            }
        );
}
