using System.Text.Json.Serialization;

namespace Chatbox.Benchmarks.Client;

/// <summary>The measurements of one window. First-token times are in milliseconds.</summary>
internal sealed record LoadResult
{
    public required double Seconds { get; init; }
    public required long Tokens { get; init; }
    public required double ServerCpuSeconds { get; init; }
    public required double ModelCpuSeconds { get; init; }
    public required double ClientCpuSeconds { get; init; }
    public required double MachineBusySeconds { get; init; }
    public required double MachineSeconds { get; init; }

    /// <summary>The resident memory of the servers in bytes: at the start of the window, about every second, and at its end.</summary>
    public required IReadOnlyList<long> ServerResident { get; init; }

    public required int FirstTokens { get; init; }
    public required double AddedP50 { get; init; }
    public required double AddedP99 { get; init; }
    public required double WaitedP50 { get; init; }
    public required double WaitedP99 { get; init; }

    /// <summary>The number of answers that were compared with the script, from the first question on.</summary>
    public required int CheckedAnswers { get; init; }

    /// <summary>The server's CPU time per relayed token, in microseconds.</summary>
    [JsonIgnore]
    public double CpuPerToken => ServerCpuSeconds / Tokens * 1e6;

    [JsonIgnore]
    public double TokensPerSecond => Tokens / Seconds;

    /// <summary>The share of the machine, 0 to 1, that other processes used meanwhile.</summary>
    [JsonIgnore]
    public double OthersShare => Math.Max(0, MachineBusySeconds - ServerCpuSeconds - ModelCpuSeconds - ClientCpuSeconds) / MachineSeconds;
}

/// <summary>The servers' memory before and after the idle sockets were opened.</summary>
/// <param name="Sockets">The number of sockets, all of which were still open at the second measurement.</param>
internal sealed record IdleResult(int Sockets, long BytesBefore, long BytesAfter)
{
    /// <summary>The number of cores that the servers kept busy while all sockets were open; 1 is one whole core.</summary>
    public double CpuShare { get; init; }

    /// <summary>The same after the second measurement, when the sockets had been silent for a while; null if it was not measured.</summary>
    public double? SilentCpuShare { get; init; }

    [JsonIgnore]
    public double BytesPerSocket => (double)(BytesAfter - BytesBefore) / Sockets;
}
