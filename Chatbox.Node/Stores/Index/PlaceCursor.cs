using System.Globalization;
using System.Text;

namespace Chatbox.Node.Stores.Index;

/// <summary>The last row of a page of a list in order of time, after which the next page begins.</summary>
/// <param name="Id">Distinguishes rows of the same time.</param>
internal sealed record PlaceCursor(long At, string Id)
{
    private const char Separator = ' ';

    /// <summary>The cursor as text, opaque to clients and safe in a URL.</summary>
    public string Write()
    {
        var text = $"{At.ToString(CultureInfo.InvariantCulture)}{Separator}{Id}";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>Reads a cursor; null for null.</summary>
    /// <exception cref="FormatException">The text is not a cursor.</exception>
    public static PlaceCursor? Read(string? text)
    {
        if (text is null)
            return null;
        var base64 = text.Replace('-', '+').Replace('_', '/');
        var bytes = Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
        var parts = Encoding.UTF8.GetString(bytes).Split(Separator, 2);
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new PlaceCursor(at, parts[1])
            : throw new FormatException("The text is not a cursor.");
    }
}
