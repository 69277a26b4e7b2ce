namespace Chatbox.Tests.Cluster;

/// <summary>
/// The scale of the cluster tests: small by default, and large under <c>./build.sh chaos</c>. Measured times go to
/// <c>artifacts/chaos.md</c> and never decide a result.
/// </summary>
internal static class Chaos
{
    private static readonly Lock Gate = new();

    private static bool IsAskedFor { get; } = Environment.GetEnvironmentVariable("CHATBOX_CHAOS") == "1";

    /// <summary>A number of clients or rounds for the current scale.</summary>
    public static int Size(int usual, int chaos) => IsAskedFor ? chaos : usual;

    /// <summary>Adds a row to the report: the action, and the times that clients waited, in seconds.</summary>
    public static void Report(string what, IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalSeconds).DefaultIfEmpty().Order().ToList();
        var row = FormattableString.Invariant(
            $"| {what} | {sorted.Count} | {At(0.5):0.0} | {At(0.99):0.0} | {sorted[^1]:0.0} |{Environment.NewLine}"
        );
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName;
        lock (Gate)
            File.AppendAllText(Path.Combine(folder, "chaos.md"), row);

        double At(double part) => sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
    }
}
