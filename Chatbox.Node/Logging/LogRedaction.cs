using System.Text.RegularExpressions;

namespace Chatbox.Node.Logging;

/// <summary>
/// Removes secrets from log lines as the last defense. The node logs no tokens, but messages of exceptions and libraries may contain tokens;
/// text that looks like a token is replaced before a line is written.
/// </summary>
internal static partial class LogRedaction
{
    private const string Replacement = "[redacted]";

    public static string Clean(string text)
    {
        // A search for these fragments is far cheaper than the regular expressions, and most lines contain none.
        if (text.Contains("eyJ", StringComparison.Ordinal))
            text = JsonWebToken().Replace(text, Replacement);
        if (text.Contains('=', StringComparison.Ordinal))
            text = QueryValue().Replace(text, "$1" + Replacement);
        if (text.Contains("bearer", StringComparison.OrdinalIgnoreCase))
            text = BearerValue().Replace(text, "$1" + Replacement);
        return text;
    }

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?", RegexOptions.CultureInvariant)]
    private static partial Regex JsonWebToken();

    [GeneratedRegex(
        """((?:token|api_?key|signature|secret|password)=)[^&\s"']+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex QueryValue();

    [GeneratedRegex("""(bearer[ .])[^\s"',]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BearerValue();
}
