using System.Globalization;
using System.Net;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>Host names in the one form in which they are compared.</summary>
internal static class HostName
{
    private static readonly IdnMapping Ascii = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    /// <summary>
    /// The host in lower case and in ASCII, without brackets around an IPv6 address and without a final dot; null for text that names no
    /// host.
    /// </summary>
    public static string? Normalize(string text)
    {
        var bare =
            text.StartsWith('[') && text.EndsWith(']') ? text[1..^1]
            : text.EndsWith('.') ? text[..^1]
            : text;
        if (IPAddress.TryParse(bare, out var address))
            return address.ToString();
        try
        {
            var ascii = Ascii.GetAscii(bare).ToLowerInvariant();
            return Uri.CheckHostName(ascii) == UriHostNameType.Dns ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
