namespace Chatbox.Node.Files.Judging;

/// <summary>How far an archive may grow when somebody unpacks it.</summary>
internal sealed record ArchiveBounds
{
    /// <summary>Bytes that every archive may unpack to, however small it is.</summary>
    public long Allowance { get; init; } = 64L * 1024 * 1024;

    /// <summary>Above the allowance, unpacked bytes for each packed one. Logs and tables reach 30 to 60, bombs 1000.</summary>
    public int Ratio { get; init; } = 100;

    /// <summary>Greatest number of unpacked bytes, all levels together.</summary>
    public long MostBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Greatest number of files, all levels together.</summary>
    public int MostEntries { get; init; } = 10_000;

    /// <summary>Archives inside each other, the outermost included. A document in an archive is the second level.</summary>
    public int MostLevels { get; init; } = 3;

    /// <summary>Unpacked bytes that a file of this size may have.</summary>
    public long BytesFor(long packed) => Math.Min(MostBytes, Math.Max(Allowance, packed * Ratio));
}
