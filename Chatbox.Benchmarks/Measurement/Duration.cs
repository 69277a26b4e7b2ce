using System.Globalization;

namespace Chatbox.Benchmarks.Measurement;

/// <summary>Parses durations of the command line: a whole number followed by <c>ms</c>, <c>s</c> or <c>m</c>.</summary>
internal static class Duration
{
    public static TimeSpan? Parse(string text) =>
        text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => Number(text[..^2]) is { } n ? TimeSpan.FromMilliseconds(n) : null,
            _ when text.EndsWith('s') => Number(text[..^1]) is { } n ? TimeSpan.FromSeconds(n) : null,
            _ when text.EndsWith('m') => Number(text[..^1]) is { } n ? TimeSpan.FromMinutes(n) : null,
            _ => null,
        };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}
