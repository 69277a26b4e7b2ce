namespace Chatbox.Node.Telemetry;

/// <summary>The Prometheus types of series.</summary>
internal enum MetricType
{
    /// <summary>A number that only grows while the node runs.</summary>
    Counter,

    /// <summary>A number that goes up and down.</summary>
    Gauge,

    /// <summary>Observed values, counted in buckets.</summary>
    Histogram,
}

/// <summary>A label of a series.</summary>
/// <param name="Values">The values it can have, for a label with few; series with these values exist from the start.</param>
internal sealed record MetricLabel(string Name, params string[] Values);

/// <summary>One exported series: the declaration from which <c>/metrics</c> and <c>docs/metrics.md</c> come.</summary>
/// <param name="Name">The name that dashboards and alerts use; never changes.</param>
/// <param name="Unit">What the number counts or measures.</param>
/// <param name="Meaning">One sentence for <c># HELP</c> and the document.</param>
internal sealed record MetricDefinition(string Name, MetricType Type, string Unit, string Meaning, params MetricLabel[] Labels)
{
    /// <summary>Upper bounds of a histogram's buckets, in its unit.</summary>
    public double[] Buckets { get; init; } = [];

    /// <summary>Exported only after a value was set.</summary>
    public bool IsOptional { get; init; }
}
