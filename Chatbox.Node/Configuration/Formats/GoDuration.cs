using System.Globalization;
using System.Text;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>
/// Durations in the format of Go's <c>time.ParseDuration</c>: <c>15m</c>, <c>1m30s</c>, <c>1.5h</c>, <c>100ms</c>, <c>0</c>. Values finer
/// than the 100 ns of <see cref="TimeSpan"/> are refused, not rounded.
/// </summary>
public static class GoDuration
{
    private const decimal NanosecondsPerTick = 100;

    // Longest first: "ms" before "m".
    private static readonly (string Name, decimal Nanoseconds)[] Units =
    [
        ("ns", 1),
        ("us", 1_000),
        ("\u00b5s", 1_000), // micro sign
        ("\u03bcs", 1_000), // Greek mu
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    /// <summary>Reads a duration. On failure <paramref name="problem"/> says what is wrong, to follow the text in a message.</summary>
    public static bool TryParse(string text, out TimeSpan duration, out string problem)
    {
        duration = default;
        var rest = text.AsSpan();
        var negative = rest.StartsWith('-');
        if (negative || rest.StartsWith('+'))
            rest = rest[1..];

        if (rest is "0")
        {
            problem = "";
            return true;
        }

        if (rest.IsEmpty)
            return Refuse("is not a duration such as 15m, 1m30s or 100ms", out problem);

        decimal total = 0;
        while (!rest.IsEmpty)
        {
            var numberLength = LengthWhile(rest, c => c is (>= '0' and <= '9') or '.');
            var number = rest[..numberLength];
            rest = rest[numberLength..];
            var unitLength = LengthWhile(rest, c => c is not ((>= '0' and <= '9') or '.'));
            var unit = rest[..unitLength].ToString();
            rest = rest[unitLength..];

            if (number.Count('.') > 1 || number.IndexOfAnyInRange('0', '9') < 0)
                return Refuse("is not a duration such as 15m, 1m30s or 100ms", out problem);
            if (unit.Length == 0)
                return Refuse("has a number without a unit (ns, us, ms, s, m, h)", out problem);
            var known = Array.Find(Units, candidate => candidate.Name == unit);
            if (known.Name is null)
                return Refuse("has an unknown unit (known are ns, us, ms, s, m, h)", out problem);

            // The bound is checked before multiplying, because decimal throws on overflow.
            if (
                !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                || value > long.MaxValue / known.Nanoseconds
            )
                return Refuse("is too long for a duration", out problem);
            total += value * known.Nanoseconds;
            if (total > long.MaxValue)
                return Refuse("is too long for a duration", out problem);
        }

        if (total % NanosecondsPerTick != 0)
            return Refuse("is finer than 100ns", out problem);
        duration = TimeSpan.FromTicks((long)(total / NanosecondsPerTick) * (negative ? -1 : 1));
        problem = "";
        return true;
    }

    /// <summary>The shortest text of a duration.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0";

        var text = new StringBuilder(duration < TimeSpan.Zero ? "-" : "");
        var ticks = Math.Abs((decimal)duration.Ticks);
        Take("h", TimeSpan.TicksPerHour);
        Take("m", TimeSpan.TicksPerMinute);
        Take("s", TimeSpan.TicksPerSecond);
        Take("ms", TimeSpan.TicksPerMillisecond);
        Take("us", TimeSpan.TicksPerMicrosecond);
        if (ticks > 0)
            text.Append(CultureInfo.InvariantCulture, $"{ticks * NanosecondsPerTick:0}ns");
        return text.ToString();

        void Take(string unit, long size)
        {
            var count = decimal.Floor(ticks / size);
            ticks -= count * size;
            if (count > 0)
                text.Append(CultureInfo.InvariantCulture, $"{count:0}{unit}");
        }
    }

    private static int LengthWhile(ReadOnlySpan<char> text, Func<char, bool> holds)
    {
        var length = 0;
        while (length < text.Length && holds(text[length]))
            length++;
        return length;
    }

    private static bool Refuse(string reason, out string problem)
    {
        problem = reason;
        return false;
    }
}
