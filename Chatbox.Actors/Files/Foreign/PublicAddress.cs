using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Actors.Files.Foreign;

/// <summary>
/// The addresses of other people's files that this service may pass on and read: https, on a host whose every address is public. Everything
/// else could make a node, or a reader's browser, ask machines of a private network. Pure: <see cref="PublicHosts"/> asks the name service.
/// </summary>
public static class PublicAddress
{
    /// <summary>The ports that an address may have, unless a caller allows others.</summary>
    public static IReadOnlySet<int> DefaultPorts { get; } = new HashSet<int> { 443 };

    private const int MostLength = 2_048;

    /// <summary>Networks of IPv4 that are not public (IANA's registry of special purposes), and the address of Azure's metadata service.</summary>
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Parts of the global unicast space that are not public: protocol assignments with Teredo, and documentation.</summary>
    private static readonly IPNetwork[] NotPublic6 = [.. new[] { "2001::/23", "2001:db8::/32", "3fff::/20" }.Select(IPNetwork.Parse)];

    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Names that never belong to a public host, and those below them.</summary>
    private static readonly string[] PrivateNames =
    [
        "localhost",
        "local",
        "internal",
        "lan",
        "home",
        "corp",
        "intranet",
        "home.arpa",
        "onion",
    ];

    /// <summary>Reads an address. Its host is a public IP address, or a name that still has to be resolved.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address, IReadOnlySet<int>? ports = null)
    {
        address = null;
        if (
            text.Length > MostLength
            || text.Any(char.IsControl)
            || text.Contains('\\')
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
        )
            return false;
        if (uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0 || !(ports ?? DefaultPorts).Contains(uri.Port))
            return false;
        if (!IsAllowedHost(uri, text))
            return false;
        address = uri;
        return true;
    }

    /// <summary>Whether anybody on the Internet means the same machine by this address.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(NotPublic, network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0)
            return false;
        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6)
            return IsPublic(address.MapToIPv4());
        if (Nat64.Contains(address))
            return IsPublic(new IPAddress(bytes.AsSpan(12, 4)));
        if (SixToFour.Contains(address))
            return IsPublic(new IPAddress(bytes.AsSpan(2, 4)));

        // ISATAP carries an IPv4 address in any prefix.
        if (bytes.AsSpan(8, 4) is [0 or 2, 0, 0x5e, 0xfe] && !IsPublic(new IPAddress(bytes.AsSpan(12, 4))))
            return false;
        return GlobalUnicast.Contains(address) && !Array.Exists(NotPublic6, network => network.Contains(address));
    }

    private static bool IsAllowedHost(Uri uri, string text)
    {
        if (IPAddress.TryParse(uri.IdnHost, out var literal))
            // Octal, decimal and shortened notations are read differently by different programs: only the usual one is accepted.
            return IsPublic(literal) && HostIn(text) == Usual(literal);
        if (uri.HostNameType != UriHostNameType.Dns)
            return false;
        return IsAllowedName(uri.IdnHost) && HostIn(text).EnumerateRunes().All(IsPlain);
    }

    /// <summary>
    /// Whether browsers read a character of a host as it is. They read circled, wide, raised and mathematical ones as the usual letters and
    /// digits, so that such a host could be another one to them than to this node.
    /// </summary>
    private static bool IsPlain(Rune rune) =>
        rune.IsAscii
        || (
            rune.Value
                is not (
                    0x17F
                    or (>= 0x1D2C and <= 0x1D6A)
                    or (>= 0x2070 and <= 0x214F)
                    or (>= 0xFB00 and <= 0xFB06)
                    or (>= 0xFF00 and <= 0xFFFF)
                )
            && rune.IsBmp
            && (
                Rune.IsLetter(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            )
        );

    private static bool IsAllowedName(string host)
    {
        var name = host.TrimEnd('.').ToLowerInvariant();
        var labels = name.Split('.');
        return labels.Length > 1
            && !IsNumber(labels[^1])
            && !Array.Exists(PrivateNames, known => name == known || name.EndsWith($".{known}", StringComparison.Ordinal));
    }

    private static string Usual(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string HostIn(string text)
    {
        var rest = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = rest.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        var port = authority.LastIndexOf(':');
        return (port > authority.LastIndexOf(']') ? authority[..port] : authority).ToLowerInvariant();
    }

    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit)
        || (
            label.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(label.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
        );
}
