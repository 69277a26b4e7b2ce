using System.Globalization;
using System.Text;

namespace Chatbox.Node.Telemetry;

/// <summary>Writes <c>docs/metrics.md</c> from <see cref="MetricTable"/>.</summary>
internal static class MetricDocument
{
    private const string Introduction = """
        # Metrics

        Generated from the code: change `Chatbox.Node/Telemetry/MetricTable.cs`, then run `./build.sh documents`.

        Every node serves its own series in the Prometheus text format at `{prefix}/metrics/prometheus` and at `/metrics`, to the networks in
        `METRICS_ALLOWED_NETWORKS`. Names and types are a contract with existing dashboards; two gauges end in `_total` for this reason. A
        series with a label appears when its first value occurs, unless the table lists the label's values. A node also exports the `dotnet_`
        and `process_` series of its runtime.

        | Metric | Type | Labels | Unit | Meaning |
        |---|---|---|---|---|

        """;

    /// <summary>The whole document, with lines that end in LF.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var metric in MetricTable.All)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{metric.Name}` | {metric.Type.ToString().ToLowerInvariant()} | {Labels(metric)} | {metric.Unit} | {metric.Meaning} |\n"
            );
        text.Append("\nUpper bounds of the buckets:\n\n| Histogram | Buckets |\n|---|---|\n");
        foreach (var metric in MetricTable.All.Where(metric => metric.Type == MetricType.Histogram))
            text.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}` | {string.Join(", ", metric.Buckets.Select(Bound))} |\n");
        return text.ToString();
    }

    private static string Labels(MetricDefinition metric) => string.Join("; ", metric.Labels.Select(Label));

    private static string Label(MetricLabel label) =>
        label.Values.Length == 0 ? $"`{label.Name}`" : $"`{label.Name}`: {string.Join(", ", label.Values.Select(value => $"`{value}`"))}";

    private static string Bound(double bound) => bound.ToString(CultureInfo.InvariantCulture);
}
