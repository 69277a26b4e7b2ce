using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>Counts what happens to files before they are stored, and when their text is read.</summary>
public sealed class FileJudgeMetrics
{
    private readonly Counter _refusals;
    private readonly Histogram _scans;
    private readonly Counter _scanFailures;
    private readonly Counter _textFailures;

    internal FileJudgeMetrics(IMetricFactory make) =>
        (_refusals, _scans, _scanFailures, _textFailures) = (
            Counter(make, FileJudgeMetricTable.Refusals),
            Histogram(make, FileJudgeMetricTable.Scans),
            Counter(make, FileJudgeMetricTable.ScanFailures),
            Counter(make, FileJudgeMetricTable.TextFailures)
        );

    /// <summary>An upload was refused.</summary>
    internal void Refused(string reason) => _refusals.WithLabels(reason).Inc();

    /// <summary>The scanner has seen a file.</summary>
    internal void Scanned(TimeSpan duration) => _scans.Observe(duration.TotalSeconds);

    /// <summary>The scanner did not scan a file in time, or said that it could not.</summary>
    internal void ScanFailed(bool isAccepted) => _scanFailures.WithLabels(isAccepted ? "accepted" : "refused").Inc();

    /// <summary>The text of a document could not be read.</summary>
    internal void TextFailed(string reason) => _textFailures.WithLabels(reason).Inc();
}

/// <summary>The series about the judging of files.</summary>
internal static class FileJudgeMetricTable
{
    public static readonly MetricDefinition Refusals = new(
        "chatbox_file_refusals_total",
        MetricType.Counter,
        "files",
        "Uploads that were refused: for what the file is, or because of a limit of the user (quota, concurrency), of the node (busy) or of time.",
        new MetricLabel(
            "reason",
            "size",
            "type",
            "mismatch",
            "empty",
            "name",
            "active",
            "bomb",
            "damaged",
            "infected",
            "quota",
            "concurrency",
            "busy",
            "timeout"
        )
    );

    public static readonly MetricDefinition Scans = new(
        "chatbox_file_scan_seconds",
        MetricType.Histogram,
        "seconds",
        "Time that the scanner took for a file; only with UPLOAD_SCAN_CLAMAV or UPLOAD_SCAN_COMMAND."
    )
    {
        Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    public static readonly MetricDefinition ScanFailures = new(
        "chatbox_file_scan_failures_total",
        MetricType.Counter,
        "files",
        "Uploaded files that the scanner did not scan in time, or could not scan: refused, or accepted without UPLOAD_SCAN_REQUIRED.",
        new MetricLabel("outcome", "refused", "accepted")
    );

    public static readonly MetricDefinition TextFailures = new(
        "chatbox_file_text_failures_total",
        MetricType.Counter,
        "documents",
        "Documents whose text could not be read for a model: in time, because of their size, or because they are damaged.",
        new MetricLabel("reason", "timeout", "size", "damaged")
    );

    public static IReadOnlyList<MetricDefinition> All { get; } = [Refusals, Scans, ScanFailures, TextFailures];
}
