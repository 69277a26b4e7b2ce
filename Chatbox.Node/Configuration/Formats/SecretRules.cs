using System.Text;
using System.Text.RegularExpressions;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>Finds placeholders of sample files and guessable secrets.</summary>
internal static partial class SecretRules
{
    /// <summary>Minimum length of a signing secret in bytes: the size of an HS256 digest (RFC 7518, section 3.2).</summary>
    public const int LeastBytes = 32;

    // Without its guessable parts, a secret must still have this many characters, and this many different ones.
    private const int LeastUnguessable = 12;
    private const int LeastDistinct = 8;

    /// <summary>Whether a value contains the placeholder of a sample file.</summary>
    public static bool IsPlaceholder(string text) => Placeholder().IsMatch(text);

    /// <summary>Why a signing secret is too weak, without quoting it; null if it is strong.</summary>
    public static string? Weakness(string secret)
    {
        var bytes = Encoding.UTF8.GetByteCount(secret);
        if (bytes < LeastBytes)
            return $"has {bytes} bytes; at least {LeastBytes} are required";
        var rest = WithoutRuns(WeakWord().Replace(secret.ToLowerInvariant(), ""));
        return rest.Length < LeastUnguessable || rest.Distinct().Count() < LeastDistinct || Repeats(secret)
            ? "is built around well-known words or simple sequences and can be guessed; generate one with: openssl rand -base64 48"
            : null;
    }

    /// <summary>Why an encryption key is too weak, without quoting it; null if it is strong.</summary>
    public static string? WeaknessOfKey(ReadOnlySpan<byte> key)
    {
        const string advice = "generate one with: openssl rand -base64 32, and put base64: before it";
        if (key.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
            return Weakness(Encoding.ASCII.GetString(key)) is null
                ? null
                : $"is built around well-known words or simple sequences and can be guessed; {advice}";

        // Fewer than one random key in 10^12 fails this check.
        var steps = new int[256];
        for (var i = 1; i < key.Length; i++)
            steps[(byte)(key[i] - key[i - 1])]++;
        return key.ToArray().Distinct().Count() < key.Length / 2 || steps.Max() >= key.Length / 4
            ? $"is a simple sequence of bytes and can be guessed; {advice}"
            : null;
    }

    // Removes every character that repeats or continues the previous character: aaaa, 1234, 9876, abcd.
    private static string WithoutRuns(string text)
    {
        var rest = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            if (i == 0 || (Math.Abs(text[i] - text[i - 1]) > 1 && !(text[i - 1] == '9' && text[i] == '0')))
                rest.Append(text[i]);
        return rest.ToString();
    }

    // A short text that is repeated is no stronger than the short text.
    private static bool Repeats(string text) =>
        Enumerable
            .Range(1, LeastUnguessable)
            .Any(period => Enumerable.Range(period, text.Length - period).All(i => text[i] == text[i - period]));

    [GeneratedRegex(@"REPLACE_WITH|PLACEHOLDER|CHANGE_ME|(?<![A-Za-z])YOUR-", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        "secret|passw(?:or)?d|passphrase|pass|change|default|example|sample|testing|tests?|demo|develop(?:ment|er)?|local(?:host)?"
            + "|production|staging|integration|signing|signature|token|jwt|hs256|hs384|hs512|chatbox|chat|admin|user|root|qwerty(?:uiop)?|asdfgh(?:jkl)?|letmein|welcome"
            + "|super|very|strong|secure|insecure|please|minimum|characters?|bytes?|bits?|long|only|this|that|with|must|least|have|from"
            + "|random|string|encryption|key|private|public|service|server|auth|foobar|foo|bar|your|the|for|not|use|and|is|my|me|at|in|to|be|do",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex WeakWord();
}
