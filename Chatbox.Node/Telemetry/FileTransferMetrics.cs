using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>Counts the bytes of files between clients and this node.</summary>
public sealed class FileTransferMetrics
{
    private readonly Counter.Child _uploaded;
    private readonly Counter.Child _downloaded;

    internal FileTransferMetrics(IMetricFactory make)
    {
        var bytes = Counter(make, FileTransferMetricTable.Bytes);
        (_uploaded, _downloaded) = (bytes.WithLabels("uploaded"), bytes.WithLabels("downloaded"));
    }

    /// <summary>Bytes of an upload have arrived, whether or not the file is accepted.</summary>
    internal void Uploaded(long bytes) => _uploaded.Inc(bytes);

    /// <summary>Bytes of a file were read for a client.</summary>
    internal void Downloaded(long bytes) => _downloaded.Inc(bytes);
}

/// <summary>The series about the transfer of files.</summary>
internal static class FileTransferMetricTable
{
    public static readonly MetricDefinition Bytes = new(
        "chatbox_file_transfer_bytes_total",
        MetricType.Counter,
        "bytes",
        "Bytes of uploads that arrived, accepted or not, and bytes of files that this node sent. What clients load from S3 itself is not counted.",
        new MetricLabel("direction", "uploaded", "downloaded")
    );

    public static IReadOnlyList<MetricDefinition> All { get; } = [Bytes];
}
