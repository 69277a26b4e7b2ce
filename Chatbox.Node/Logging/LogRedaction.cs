using System.Text.RegularExpressions;

namespace Chatbox.Node.Logging;

/// <summary>
/// The last line of defence for secrets in log lines. Nothing of ours logs a token, but an exception's text or a library's message may
/// hold one; what looks like a token is replaced before a line is written.
/// </summary>
internal static partial class LogRedaction
{
    private const string Replacement = "[redacted]";

    public static string Clean(string text)
    {
        // Most lines hold neither; looking for the anchors is far cheaper than the expressions.
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
