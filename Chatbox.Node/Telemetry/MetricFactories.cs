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
        if (metric.Labels is [{ Values: { Length: > 0 } values }])
            foreach (var value in values)
                counter.WithLabels(value);
        return counter;
    }

    private static string[] Names(MetricDefinition metric) => [.. metric.Labels.Select(label => label.Name)];
}
