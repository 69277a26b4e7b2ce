using System.Globalization;
using System.Runtime.InteropServices;

namespace Chatbox.Benchmarks.Measurement;

/// <summary>Describes the machine of the measurement.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var memory = FirstNumber("/proc/meminfo", "MemTotal:") / 1024.0 / 1024.0;
        var model =
            File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? "CPU";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({model}), {memory:0} GiB, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}"
        );
    }

    /// <summary>The limit of open files for this process and its children.</summary>
    public static long OpenFileLimit() => FirstNumber("/proc/self/limits", "Max open files");

    private static long FirstNumber(string file, string label)
    {
        var rest = File.ReadLines(file).First(l => l.StartsWith(label, StringComparison.Ordinal))[label.Length..];
        var number = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return number == "unlimited" ? long.MaxValue : long.Parse(number, CultureInfo.InvariantCulture);
    }
}
