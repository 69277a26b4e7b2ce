using System.Globalization;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>Numbers of bytes as people write them: <c>1048576</c>, <c>500KB</c>, <c>100MB</c>. A unit is 1024 times the one before it.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["", "KB", "MB", "GB", "TB"];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = Array.FindIndex(Units, name => name.Equals(text[digits..].Trim(), StringComparison.OrdinalIgnoreCase));
        if (unit < 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        if (number > long.MaxValue >> (10 * unit))
            return false;
        bytes = number << (10 * unit);
        return true;
    }

    /// <summary>The number in the greatest unit that leaves no rest.</summary>
    public static string Format(long bytes)
    {
        var unit = 0;
        for (; unit < Units.Length - 1 && bytes > 0 && bytes % 1024 == 0; unit++)
            bytes /= 1024;
        return bytes.ToString(CultureInfo.InvariantCulture) + Units[unit];
    }
}
