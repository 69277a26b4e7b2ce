namespace Chatbox.Benchmarks.Measurement;

/// <summary>Nearest-rank statistics: every result is a measured value, or the mean of two.</summary>
internal static class Percentiles
{
    /// <summary>
    /// The smallest value that at least <paramref name="percent"/> (above 0, up to 100) of all values do not exceed; NaN for no values.
    /// </summary>
    public static double Percentile(this IEnumerable<double> values, double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Ceiling(percent / 100 * sorted.Length) - 1];
    }

    /// <summary>The middle value, or the mean of the two middle values; NaN for no values.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
