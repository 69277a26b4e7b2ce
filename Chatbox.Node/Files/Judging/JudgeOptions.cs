namespace Chatbox.Node.Files.Judging;

/// <summary>The bounds of judging files.</summary>
internal sealed record JudgeOptions
{
    /// <summary>Time for one file, with its scan and its thumbnail. Longer than the scanner's.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Number of files that are inspected at the same time.</summary>
    public int Workers { get; init; } = Math.Max(2, Environment.ProcessorCount);

    public ArchiveBounds Archives { get; init; } = new();
}
