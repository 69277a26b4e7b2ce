using System.Globalization;

namespace Chatbox.Benchmarks.Measurement;

/// <summary>The resources that a process has used so far, as Linux counts them (proc_pid_stat(5), proc_pid_status(5)).</summary>
/// <param name="Cpu">The time of all threads in user and kernel mode, in steps of 10 ms.</param>
/// <param name="ResidentBytes">The resident memory (VmRSS).</param>
internal readonly record struct ProcessSample(TimeSpan Cpu, long ResidentBytes)
{
    // The kernel counts in USER_HZ, which is 100 on every architecture that .NET supports.
    private const int TicksPerSecond = 100;

    public static ProcessSample Of(int pid) =>
        new(CpuFrom(File.ReadAllText($"/proc/{pid}/stat")), ResidentFrom(File.ReadLines($"/proc/{pid}/status")));

    /// <summary>The sum over several processes.</summary>
    public static ProcessSample Sum(IReadOnlyList<int> pids) =>
        pids.Select(Of).Aggregate((a, b) => new ProcessSample(a.Cpu + b.Cpu, a.ResidentBytes + b.ResidentBytes));

    /// <summary>Parses utime and stime, fields 14 and 15. The name in field 2 may contain blanks and brackets.</summary>
    public static TimeSpan CpuFrom(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>Parses the VmRSS line, which is in KiB.</summary>
    public static long ResidentFrom(IEnumerable<string> status)
    {
        var line = status.First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
