using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>Counts the bytes of files between clients and this node, and the files that models return.</summary>
public sealed class FileTransferMetrics
{
    private readonly Counter.Child _uploaded;
    private readonly Counter.Child _downloaded;
    private readonly Counter _returned;

    internal FileTransferMetrics(IMetricFactory make)
    {
        var bytes = Counter(make, FileTransferMetricTable.Bytes);
        (_uploaded, _downloaded) = (bytes.WithLabels("uploaded"), bytes.WithLabels("downloaded"));
        _returned = Counter(make, FileTransferMetricTable.Returned);
    }

    /// <summary>Bytes of an upload have arrived, whether or not the file is accepted.</summary>
    internal void Uploaded(long bytes) => _uploaded.Inc(bytes);

    /// <summary>Bytes of a file were read for a client.</summary>
    internal void Downloaded(long bytes) => _downloaded.Inc(bytes);

    /// <summary>A file of a model is stored; or its address is passed on; or it is refused.</summary>
    internal void ReturnedByModel(string outcome) => _returned.WithLabels(outcome).Inc();
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

    public static readonly MetricDefinition Returned = new(
        "chatbox_model_files_total",
        MetricType.Counter,
        "files",
        "Files that models returned: stored, passed on as an address, or refused.",
        new MetricLabel("outcome", "stored", "passed_on", "refused")
    );

    public static IReadOnlyList<MetricDefinition> All { get; } = [Bytes, Returned];
}
