using System.Globalization;

namespace Chatbox.Benchmarks.Measurement;

/// <summary>CPU time of the whole machine since it started (proc_stat(5)): what is not ours in it disturbs a measurement, and is reported.</summary>
/// <param name="Busy">Time of all cores that was neither idle nor waiting for a disk.</param>
/// <param name="Total">Time of all cores.</param>
internal readonly record struct MachineSample(TimeSpan Busy, TimeSpan Total)
{
    private const int TicksPerSecond = 100;

    public static MachineSample Now() => From(File.ReadLines("/proc/stat").First());

    /// <summary>Reads the line of all cores: user nice system idle iowait irq softirq steal; guest times are part of user time.</summary>
    public static MachineSample From(string line)
    {
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(t => long.Parse(t, CultureInfo.InvariantCulture))
            .ToArray();
        var total = ticks.Sum();
        return new(
            TimeSpan.FromSeconds((double)(total - ticks[3] - ticks[4]) / TicksPerSecond),
            TimeSpan.FromSeconds((double)total / TicksPerSecond)
        );
    }
}
