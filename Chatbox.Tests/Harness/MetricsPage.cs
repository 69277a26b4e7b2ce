using System.Globalization;

namespace Chatbox.Tests.Harness;

/// <summary>Reads a node's metrics as Prometheus does.</summary>
internal static class MetricsPage
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Every series with its labels, such as <c>chatbox_llm_requests_total{provider="one"}</c>, and its value.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> Read(HttpClient http, string path = "/chatbox/metrics/prometheus")
    {
        var page = await http.GetStringAsync(path);
        return page.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => (Line: line, Space: line.LastIndexOf(' ')))
            .ToDictionary(
                at => at.Line[..at.Space],
                at => double.Parse(at.Line[(at.Space + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture)
            );
    }

    /// <summary>Polls the metrics until <paramref name="series"/> has the expected value.</summary>
    /// <exception cref="TimeoutException">The series did not get the expected value within half a minute.</exception>
    public static async Task WaitFor(HttpClient http, string series, Predicate<double> matches)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        double value;
        do
        {
            value = (await Read(http))[series];
            if (matches(value))
                return;
        } while (!deadline.IsCancellationRequested && await pause.WaitForNextTickAsync());

        throw new TimeoutException($"{series} is still {value}.");
    }
}
