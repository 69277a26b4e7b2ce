using System.Globalization;
using System.Net;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Errors;
using Chatbox.Node.Identity;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>Formats of network values: ranges, origins, host names and addresses of services.</summary>
internal static class NetworkValues
{
    /// <summary>Loopback, link-local and private ranges of IPv4 and IPv6.</summary>
    public static IReadOnlyList<IPNetwork> PrivateNetworks { get; } =
    [
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
    ];

    /// <summary>Addresses and ranges in CIDR notation.</summary>
    public static ValueFormat<IReadOnlyList<IPNetwork>> Networks { get; } =
        Values.List("IP addresses and ranges such as 10.0.0.0/8", ParseNetwork, network => network.ToString());

    /// <summary>Origins as browsers send them (RFC 6454, section 6.1).</summary>
    public static ValueFormat<IReadOnlyList<string>> Origins { get; } =
        Values.List("exact origins such as https://chat.example.org", ParseOrigin, origin => origin);

    /// <summary>One origin as a browser sends it.</summary>
    public static ValueFormat<string> SingleOrigin { get; } =
        Values.Single("origin such as https://chat.example.org", ParseOrigin, origin => origin);

    /// <summary>
    /// Sources of the CSP directive <c>frame-ancestors</c>: origins, optionally with <c>*.</c> before the host, or <c>'self'</c>.
    /// </summary>
    public static ValueFormat<IReadOnlyList<string>> FrameAncestors { get; } =
        Values.List("origins, also such as https://*.example.org, or 'self'", ParseFrameAncestor, source => source) with
        {
            MayBeQuoted = true,
        };

    /// <summary>
    /// Host names as in a <c>Host</c> header without a port: in lower case, international names in ASCII, IPv6 addresses without brackets.
    /// <c>*.</c> before a name allows all names below it, and <c>*</c> allows any name.
    /// </summary>
    public static ValueFormat<IReadOnlyList<string>> HostNames { get; } =
        Values.List("host names such as chat.example.org or *.example.org", ParseHostName, host => host);

    /// <summary>Address of a service without a user name: https, or http for hosts of a private network.</summary>
    public static ValueFormat<Uri?> Endpoint { get; } =
        Values.Single<Uri?>(
            "https address, or http for a loopback, private or cluster-local host",
            ParseEndpoint,
            uri => uri?.ToString() ?? ""
        );

    /// <summary>Address of a model. The reader of models checks whether http is allowed, because that depends on another setting.</summary>
    public static ValueFormat<Uri?> ModelEndpoint { get; } =
        Values.Single<Uri?>(
            "https address, or http for a loopback, private or cluster-local host, or one of LLM_HTTP_HOSTS",
            ParseAddress,
            uri => uri?.ToString() ?? ""
        );

    /// <summary>Nodes as <c>host:port</c>.</summary>
    public static ValueFormat<IReadOnlyList<ClusterAddress>> ClusterAddresses { get; } =
        Values.List("nodes such as chatbox-0.chatbox:4053", ParseClusterAddress, address => address.ToString());

    private static Parsed<string> ParseHostName(string text)
    {
        if (text == "*")
            return text;
        var (wildcard, name) = text.StartsWith("*.", StringComparison.Ordinal) ? ("*.", text[2..]) : ("", text);
        return HostName.Normalize(name) is { } host && (wildcard.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Dns)
            ? wildcard + host
            : Parsed<string>.Refused($"{ErrorText.Quote(text)} is not a host name such as chat.example.org, without scheme and port");
    }

    private static Parsed<ClusterAddress> ParseClusterAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        return
            colon > 0
            && Uri.CheckHostName(text[..colon].Trim('[', ']')) != UriHostNameType.Unknown
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= IPEndPoint.MaxPort
            ? new ClusterAddress(text[..colon].Trim('[', ']'), port)
            : Parsed<ClusterAddress>.Refused($"{ErrorText.Quote(text)} is not a host and a port, such as chatbox-0.chatbox:4053");
    }

    internal static Parsed<IPNetwork> ParseNetwork(string text)
    {
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
            return Parsed<IPNetwork>.Refused($"{ErrorText.Quote(text)} is not an IP address or range");
        var bits = address.GetAddressBytes().Length * 8;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], out bits) || bits < 0 || bits > address.GetAddressBytes().Length * 8))
            return Parsed<IPNetwork>.Refused($"{ErrorText.Quote(text)} has no valid number of bits");
        return new IPNetwork(FirstOf(address, bits), bits);
    }

    // The legacy service accepted 10.1.2.3/8 for 10.0.0.0/8, which IPNetwork refuses.
    private static IPAddress FirstOf(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xff00 >> Math.Clamp(bits - i * 8, 0, 8));
        return new IPAddress(bytes);
    }

    private static Parsed<string> ParseOrigin(string text) =>
        Origin.TryParse(text, out var origin, out var problem) ? origin : Parsed<string>.Refused($"{ErrorText.Quote(text)} {problem}");

    private static Parsed<string> ParseFrameAncestor(string text)
    {
        if (text is "'self'" or "'none'")
            return text;
        const string wildcard = "://*.";
        var origin = ParseOrigin(text.Replace(wildcard, "://", StringComparison.Ordinal));
        // The value becomes part of a header, so it must be a valid origin.
        if (origin.Problem is not null || origin.Value.Any(c => c is ';' or ',' or ' '))
            return Parsed<string>.Refused($"{ErrorText.Quote(text)} is not an origin or 'self'");
        return text.Contains(wildcard, StringComparison.Ordinal)
            ? origin.Value.Replace("://", wildcard, StringComparison.Ordinal)
            : origin.Value;
    }

    // Messages do not quote the address, because people put keys into queries and user names.
    private static Parsed<Uri?> ParseEndpoint(string text)
    {
        var parsed = ParseAddress(text);
        return parsed.Value is { Scheme: "http" } uri && !IsPrivateHost(uri)
            ? Parsed<Uri?>.Refused("must be https: http is allowed for loopback, private and cluster-local hosts only")
            : parsed;
    }

    private static Parsed<Uri?> ParseAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Scheme is not ("http" or "https"))
            return Parsed<Uri?>.Refused("is not an http or https address");
        if (uri.UserInfo.Length > 0)
            return Parsed<Uri?>.Refused("has a user name or password in the address");
        if (uri.Fragment.Length > 0)
            return Parsed<Uri?>.Refused("has a fragment (#…) in the address");
        return uri;
    }

    /// <summary>Whether the name of a host tells that its traffic stays on the machine, in a private network or in a cluster.</summary>
    internal static bool IsPrivateHost(Uri uri)
    {
        if (IPAddress.TryParse(uri.DnsSafeHost, out var address))
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return PrivateNetworks.Any(network => network.Contains(plain));
        }

        var host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        // Names without a dot are services of compose files and Kubernetes namespaces.
        return !host.Contains('.') || PrivateSuffixes.Any(suffix => host.EndsWith(suffix, StringComparison.Ordinal));
    }

    private static readonly string[] PrivateSuffixes = [".localhost", ".local", ".svc", ".internal"];
}
