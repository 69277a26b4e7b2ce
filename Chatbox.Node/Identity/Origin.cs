using System.Diagnostics.CodeAnalysis;

namespace Chatbox.Node.Identity;

/// <summary>
/// Web origins as browsers write them (RFC 6454, section 6.1): scheme, host, and the port unless it is the scheme's default.
/// </summary>
internal static class Origin
{
    /// <summary>Reads one origin and writes it as a browser would.</summary>
    /// <param name="problem">Why the text is not an exact origin, to follow the quoted text in a message; null if it is one.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? origin, [NotNullWhen(false)] out string? problem)
    {
        (origin, problem) = (null, null);
        if (
            !text.Contains("://", StringComparison.Ordinal)
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Host.Length == 0
            || uri.UserInfo.Length > 0
            || text.Contains('*')
        )
            problem = "is not an exact origin such as https://chat.example.org";
        // Uri adds the slash of an empty path, so only the text shows whether a path was written.
        else if (text.AsSpan(text.IndexOf("://", StringComparison.Ordinal) + 3).IndexOfAny("/?#\\") >= 0)
            problem = "has a path; an origin ends after its host and port";
        else
            origin = Of(uri);
        return problem is null;
    }

    /// <summary>The origin of an address.</summary>
    public static string Of(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return (uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}").ToLowerInvariant();
    }
}
