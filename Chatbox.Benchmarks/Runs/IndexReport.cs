using System.Globalization;
using System.Text;
using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Writes the times of an index as Markdown.</summary>
internal static class IndexReport
{
    public static string Write(IndexSettings settings, IReadOnlyList<IndexMeasurement> stores, string machine, DateTimeOffset at)
    {
        var text = new StringBuilder();
        Line($"### {settings.Sessions:N0} sessions, {(long)settings.Sessions * settings.Messages:N0} messages in the index");
        Line($"");
        Line($"{at:yyyy-MM-dd}, {machine}. {settings.Users:N0} users; {settings.Queries} queries of each kind, one after the other.");
        foreach (var store in stores)
            Line($"{store.Store} was filled in {store.Fill.TotalSeconds:0} s and takes {store.Bytes / 1048576.0:0} MiB.");
        Line($"");
        text.AppendLine("| | " + string.Join(" | ", stores.Select(store => $"{store.Store} p50 | p99")) + " |");
        text.AppendLine("|---|" + string.Concat(stores.Select(_ => "--:|--:|")));
        for (var row = 0; row < stores[0].Times.Count; row++)
        {
            var cells = stores
                .Select(store => store.Times[row].Milliseconds)
                .Select(times => $"{Milliseconds(times, 50)} | {Milliseconds(times, 99)}");
            text.AppendLine($"| {stores[0].Times[row].Query} | {string.Join(" | ", cells)} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string Milliseconds(IEnumerable<double> times, double percent) =>
        times.Percentile(percent).ToString("0.0 ms", CultureInfo.InvariantCulture);
}
