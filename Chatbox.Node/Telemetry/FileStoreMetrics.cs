using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>Measures the store of files on this node.</summary>
public sealed class FileStoreMetrics
{
    private readonly Histogram _duration;
    private readonly Counter _failures;
    private readonly Counter _bytes;
    private readonly Gauge _works;

    internal FileStoreMetrics(IMetricFactory make) =>
        (_duration, _failures, _bytes, _works) = (
            Histogram(make, FileStoreMetricTable.Duration),
            Counter(make, FileStoreMetricTable.Failures),
            Counter(make, FileStoreMetricTable.Bytes),
            Gauge(make, FileStoreMetricTable.Works)
        );

    /// <summary>An operation took this long, whether or not it succeeded.</summary>
    internal void Took(string operation, TimeSpan duration) => _duration.WithLabels(operation).Observe(duration.TotalSeconds);

    /// <summary>The store did not respond to an operation, or refused it.</summary>
    internal void Failed(string operation) => _failures.WithLabels(operation).Inc();

    internal void Written(long bytes) => _bytes.WithLabels("written").Inc(bytes);

    internal void Read(long bytes) => _bytes.WithLabels("read").Inc(bytes);

    /// <summary>The result of the last check.</summary>
    internal void Works(bool works) => _works.Set(works ? 1 : 0);
}

/// <summary>The series about the store of files.</summary>
internal static class FileStoreMetricTable
{
    public static readonly MetricDefinition Duration = new(
        "chatbox_file_store_seconds",
        MetricType.Histogram,
        "seconds",
        "Time of an operation of the file store: of a whole write, and of a read until its first bytes can be read.",
        new MetricLabel("operation", "write", "read", "delete")
    )
    {
        Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public static readonly MetricDefinition Failures = new(
        "chatbox_file_store_failures_total",
        MetricType.Counter,
        "operations",
        "Operations to which the file store did not respond in time, or that it refused.",
        new MetricLabel("operation", "write", "read", "delete", "list")
    );

    public static readonly MetricDefinition Bytes = new(
        "chatbox_file_store_bytes_total",
        MetricType.Counter,
        "bytes",
        "Bytes written to the file store and read from it, as they are stored.",
        new MetricLabel("direction", "written", "read")
    );

    public static readonly MetricDefinition Works = new(
        "chatbox_file_store_works",
        MetricType.Gauge,
        "0 or 1",
        "1 while this node can store and read files, by its last check, else 0; absent for a cluster without a store of files."
    )
    {
        IsOptional = true,
    };

    public static IReadOnlyList<MetricDefinition> All { get; } = [Duration, Failures, Bytes, Works];
}
