using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatbox.Messages.Frames;

/// <summary>Reads and writes the time stamps of frames and of REST (RFC 3339).</summary>
public static partial class Rfc3339
{
    /// <summary>Reads a date and time with an offset. Digits below 100 ns are dropped.</summary>
    public static bool TryParse(string text, out DateTimeOffset at)
    {
        at = default;
        if (Shape().Match(text) is not { Success: true } match)
            return false;
        var fraction = match.Groups["fraction"].Value;
        var cut = fraction.Length > 8 ? fraction[..8] : fraction;
        return DateTimeOffset.TryParse(
            $"{match.Groups["date"].Value}T{match.Groups["time"].Value}{cut}{match.Groups["offset"].Value}",
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind,
            out at
        );
    }

    /// <summary>Formats a time as UTC with milliseconds.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?<fraction>\.[0-9]+)?(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Shape();
}
