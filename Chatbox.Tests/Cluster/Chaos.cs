namespace Chatbox.Tests.Cluster;

/// <summary>
/// The tests of the cluster have two sizes: the usual one, and that of <c>./build.sh chaos</c>, which is the size of the promise and takes
/// its time. What they measure is written down in <c>artifacts/chaos.md</c>, and decides nothing.
/// </summary>
internal static class Chaos
{
    private static readonly Lock Gate = new();

    private static bool IsAskedFor { get; } = Environment.GetEnvironmentVariable("CHATBOX_CHAOS") == "1";

    /// <summary>A number of clients or rounds.</summary>
    public static int Size(int usual, int chaos) => IsAskedFor ? chaos : usual;

    /// <summary>One row: what was done, and the times it took somebody, in seconds.</summary>
    public static void Report(string what, IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalSeconds).Order().ToList();
        var row = FormattableString.Invariant(
            $"| {what} | {sorted.Count} | {At(0.5):0.0} | {At(0.99):0.0} | {sorted[^1]:0.0} |{Environment.NewLine}"
        );
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName;
        lock (Gate)
            File.AppendAllText(Path.Combine(folder, "chaos.md"), row);

        double At(double part) => sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
    }
}
