using System.Globalization;

namespace Chatbox.Benchmarks.Measurement;

/// <summary>
/// The CPU time of the whole machine since its start (proc_stat(5)). Time that other processes use disturbs a measurement and is reported.
/// </summary>
/// <param name="Busy">The time of all cores that was neither idle nor waiting for a disk.</param>
/// <param name="Total">The time of all cores.</param>
internal readonly record struct MachineSample(TimeSpan Busy, TimeSpan Total)
{
    private const int TicksPerSecond = 100;

    public static MachineSample Now() => From(File.ReadLines("/proc/stat").First());

    /// <summary>Parses the line of all cores: user nice system idle iowait irq softirq steal; guest times are part of user time.</summary>
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
