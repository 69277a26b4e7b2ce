using System.Globalization;

namespace Chatbox.Benchmarks.Measurement;

/// <summary>What a process has used so far, as Linux counts it (proc_pid_stat(5), proc_pid_status(5)).</summary>
/// <param name="Cpu">Time in user and kernel mode of all its threads, in steps of 10 ms.</param>
/// <param name="ResidentBytes">Memory in RAM (VmRSS).</param>
internal readonly record struct ProcessSample(TimeSpan Cpu, long ResidentBytes)
{
    // The kernel's interface counts in USER_HZ, which is 100 on every architecture that .NET runs on.
    private const int TicksPerSecond = 100;

    public static ProcessSample Of(int pid) =>
        new(CpuFrom(File.ReadAllText($"/proc/{pid}/stat")), ResidentFrom(File.ReadLines($"/proc/{pid}/status")));

    /// <summary>What several processes have used together.</summary>
    public static ProcessSample Sum(IReadOnlyList<int> pids) =>
        pids.Select(Of).Aggregate((a, b) => new ProcessSample(a.Cpu + b.Cpu, a.ResidentBytes + b.ResidentBytes));

    /// <summary>Reads utime and stime, fields 14 and 15. The name in field 2 may hold blanks and brackets.</summary>
    public static TimeSpan CpuFrom(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>Reads the VmRSS line, which is in KiB.</summary>
    public static long ResidentFrom(IEnumerable<string> status)
    {
        var line = status.First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
