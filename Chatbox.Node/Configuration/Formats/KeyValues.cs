using System.Text;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>Formats of encryption keys. No message contains any part of a key.</summary>
internal static class KeyValues
{
    private const string Base64 = "base64:";
    private const string Hex = "hex:";
    private const string Formats = "32 bytes as text, or base64:… or hex:…";

    /// <summary>One key of 32 bytes, as text, or as <c>base64:</c> or <c>hex:</c> and the bytes.</summary>
    public static ValueFormat<SealingKey?> Key { get; } =
        new(
            Formats,
            raw =>
                raw.Text is not { } text ? Parsed<SealingKey?>.Refused("takes one value, not a list")
                : TryRead(SealingKey.DefaultId, text, out var problem) is { } key ? key
                : Parsed<SealingKey?>.Refused(problem),
            _ => ""
        )
        {
            IsSecret = true,
        };

    /// <summary>A key that only decrypts. Weak keys are accepted, because the content is encrypted with them already.</summary>
    public static ValueFormat<SealingKey?> OldKey { get; } =
        Key with
        {
            Parse = raw =>
                raw.Text is not { } text ? Parsed<SealingKey?>.Refused("takes one value, not a list")
                : Bytes(text) is { Length: SealingKey.Length } bytes ? new SealingKey("old", bytes)
                : Parsed<SealingKey?>.Refused(NotAKey(text)),
        };

    /// <summary>Keys with unique ids.</summary>
    public static ValueFormat<IReadOnlyList<SealingKey>> Ring { get; } =
        new("list: id:key", raw => ReadRing(raw.Text?.Split(',') ?? raw.Items), _ => "") { IsSecret = true };

    private static Parsed<IReadOnlyList<SealingKey>> ReadRing(IReadOnlyList<string> items)
    {
        var keys = new List<SealingKey>();
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i].Trim();
            var colon = item.IndexOf(':');
            // Messages name the position of an item, because its text is a secret.
            if (colon <= 0 || !SealedRecord.IsKeyId(item[..colon]))
                return Refused(
                    i,
                    $"is not id:key with an id of 1 to {SealedRecord.MaxKeyId} ASCII letters, digits, dots, dashes or underscores"
                );
            if (keys.Any(key => key.Id == item[..colon]))
                return Refused(i, "has the id of an earlier key");
            if (TryRead(item[..colon], item[(colon + 1)..], out var problem) is not { } key)
                return Refused(i, problem);
            if (keys.Any(other => other.Bytes.SequenceEqual(key.Bytes)))
                return Refused(i, "is the same key as an earlier one");
            keys.Add(key);
        }

        return new Parsed<IReadOnlyList<SealingKey>>(keys, null);
    }

    private static Parsed<IReadOnlyList<SealingKey>> Refused(int item, string problem) =>
        Parsed<IReadOnlyList<SealingKey>>.Refused($"item {item + 1} {problem}");

    private static SealingKey? TryRead(string id, string text, out string problem)
    {
        var bytes = Bytes(text);
        problem = bytes switch
        {
            { Length: SealingKey.Length } => SecretRules.WeaknessOfKey(bytes) ?? "",
            _ => NotAKey(text),
        };
        return problem.Length == 0 ? new SealingKey(id, bytes) : null;
    }

    private static string NotAKey(string text) =>
        IsBare(text) ? $"is not a key of {Formats}; the prefix {Base64} or {Hex} seems to be missing" : $"is not a key of {Formats}";

    // Empty for unreadable text, because no key is empty.
    private static byte[] Bytes(string text)
    {
        if (text.StartsWith(Hex, StringComparison.Ordinal))
            return text.Length % 2 == 0 && text.Skip(Hex.Length).All(char.IsAsciiHexDigit) ? Convert.FromHexString(text[Hex.Length..]) : [];
        if (!text.StartsWith(Base64, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(text);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[Base64.Length..], bytes, out var written) ? bytes[..written] : [];
    }

    // The output of openssl rand -base64 32 or openssl rand -hex 32.
    private static bool IsBare(string text) =>
        Bytes(Base64 + text).Length == SealingKey.Length || Bytes(Hex + text).Length == SealingKey.Length;
}
