using Prometheus;

namespace Chatbox.Node.Telemetry;

/// <summary>Creates series from their definitions.</summary>
internal static class MetricFactories
{
    public static Gauge Gauge(IMetricFactory make, MetricDefinition metric) =>
        make.CreateGauge(metric.Name, metric.Meaning, Names(metric), new GaugeConfiguration { SuppressInitialValue = metric.IsOptional });

    public static Histogram Histogram(IMetricFactory make, MetricDefinition metric) =>
        make.CreateHistogram(metric.Name, metric.Meaning, Names(metric), new HistogramConfiguration { Buckets = metric.Buckets });

    public static Counter Counter(IMetricFactory make, MetricDefinition metric)
    {
        var counter = make.CreateCounter(metric.Name, metric.Meaning, Names(metric));
        // An alert rule needs the series before its label has its first value.
        foreach (var values in Combinations(metric.Labels))
            counter.WithLabels(values);
        return counter;
    }

    /// <summary>Every combination of values, if all labels have few; none if there are no labels.</summary>
    private static IEnumerable<string[]> Combinations(MetricLabel[] labels) =>
        labels.Length == 0
            ? []
            : labels.Aggregate(
                (IEnumerable<string[]>)
                    [
                        [],
                    ],
                (begun, label) => begun.SelectMany(values => label.Values.Select(value => values.Append(value).ToArray()))
            );

    private static string[] Names(MetricDefinition metric) => [.. metric.Labels.Select(label => label.Name)];
}
