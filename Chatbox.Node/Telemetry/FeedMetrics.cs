using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>Counts the live feed of admins on this node.</summary>
public sealed class FeedMetrics
{
    private readonly Gauge _readers;
    private readonly Counter _events;
    private readonly Counter _cut;

    internal FeedMetrics(IMetricFactory make) =>
        (_readers, _events, _cut) = (
            Gauge(make, FeedMetricTable.Readers),
            Counter(make, FeedMetricTable.Events),
            Counter(make, FeedMetricTable.Cut)
        );

    /// <summary>Readers came, or, if the number is negative, went.</summary>
    public void Readers(int change) => _readers.Inc(change);

    /// <summary>This node published an event.</summary>
    public void Published() => _events.Inc();

    /// <summary>A reader was cut off because it was too slow.</summary>
    public void ReaderCut() => _cut.Inc();
}

/// <summary>The series about the live feed of admins.</summary>
internal static class FeedMetricTable
{
    public static readonly MetricDefinition Readers = new(
        "chatbox_admin_feed_readers",
        MetricType.Gauge,
        "readers",
        "Open streams of the admins' live feed on this node."
    );

    public static readonly MetricDefinition Events = new(
        "chatbox_admin_feed_events_total",
        MetricType.Counter,
        "events",
        "Events that this node published for the admins' live feed."
    );

    public static readonly MetricDefinition Cut = new(
        "chatbox_admin_feed_readers_cut_total",
        MetricType.Counter,
        "readers",
        "Readers of the admins' live feed that were cut off because they read too slowly."
    );

    public static IReadOnlyList<MetricDefinition> All { get; } = [Readers, Events, Cut];
}
