using System.Text;

namespace Chatbox.Node.Configuration;

/// <summary>Formats of keys that seal stored content.</summary>
internal static class KeyValues
{
    private const int KeyBytes = 32;

    /// <summary>One key of 32 bytes: as text, or <c>base64:</c> or <c>hex:</c> and the bytes.</summary>
    public static ValueFormat<string> Key { get; } =
        Values.Secret with
        {
            Accepts = "32 bytes as text, or base64:… or hex:…",
            Parse = raw =>
                raw.Text is not { } text ? Parsed<string>.Refused("takes one value, not a list")
                : IsKey(text) ? text
                : Parsed<string>.Refused("is not a key of 32 bytes: as text, or base64:… or hex:…"),
        };

    /// <summary>Keys with ids; the ids are unique.</summary>
    public static ValueFormat<string> Ring { get; } =
        Values.Secret with
        {
            Accepts = "list: id:key",
            IsList = true,
            Parse = raw => ParseRing(raw.Text?.Split(',') ?? raw.Items),
        };

    private static Parsed<string> ParseRing(IReadOnlyList<string> items)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i].Trim();
            var colon = item.IndexOf(':');
            // A position instead of the text: the item is a secret.
            if (colon <= 0 || !IsKey(item[(colon + 1)..]))
                return Parsed<string>.Refused($"item {i + 1} is not id:key with a key of 32 bytes");
            if (!ids.Add(item[..colon]))
                return Parsed<string>.Refused($"item {i + 1} has the id of an earlier one");
        }

        return string.Join(',', items);
    }

    private static bool IsKey(string text)
    {
        if (text.StartsWith("base64:", StringComparison.Ordinal))
        {
            var bytes = new byte[text.Length];
            return Convert.TryFromBase64String(text[7..], bytes, out var written) && written == KeyBytes;
        }

        if (text.StartsWith("hex:", StringComparison.Ordinal))
            return text.Length == 4 + 2 * KeyBytes && text.Skip(4).All(char.IsAsciiHexDigit);
        return Encoding.UTF8.GetByteCount(text) == KeyBytes;
    }
}
