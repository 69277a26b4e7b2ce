using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatbox.Node.Errors;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>Formats of provider options: request members, headers, and hosts that may be called without TLS.</summary>
internal static class ModelValues
{
    private const int MostExtra = 20_000;
    private const int MostHeaders = 32;
    private const int MostHeaderLength = 8_192;

    // Headers of the HTTP message, or set by the adapters.
    private static readonly string[] OwnHeaders =
    [
        "Host",
        "Connection",
        "Transfer-Encoding",
        "Upgrade",
        "Expect",
        "Trailer",
        "TE",
        "Accept",
    ];

    /// <summary>The name of a provider type, in any case.</summary>
    public static ValueFormat<ProviderType?> Type { get; } =
        Values.Single<ProviderType?>(
            ProviderTypes.Names(_ => true),
            text =>
                ProviderTypes.All.FirstOrDefault(type => type.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } type
                    ? type
                    : Parsed<ProviderType?>.Refused($"{ErrorText.Quote(text)} is not one of {ProviderTypes.Names(_ => true)}"),
            type => type?.Name ?? ""
        );

    /// <summary>A JSON object. Messages do not quote it, because it may contain secrets.</summary>
    public static ValueFormat<JsonObject?> Extra { get; } =
        Values.Single<JsonObject?>("JSON object", ParseExtra, extra => extra?.ToJsonString() ?? "");

    /// <summary>
    /// Header fields: a JSON object of texts, or <c>Name: value</c> separated by commas or line ends, or a TOML array of such items.
    /// </summary>
    public static ValueFormat<IReadOnlyDictionary<string, string>> Headers { get; } =
        new("headers, such as api-key: … or {\"api-key\": \"…\"}", ParseHeaders, _ => "") { IsSecret = true };

    /// <summary>Hosts and networks.</summary>
    public static ValueFormat<IReadOnlyList<HostRule>> Hosts { get; } =
        Values.List(
            "hosts, such as ollama.lan, every host below a name, such as .lan, or ranges such as 100.64.0.0/10",
            ParseHost,
            rule => rule.Text
        );

    private static Parsed<JsonObject?> ParseExtra(string text)
    {
        if (text.Length > MostExtra)
            return Parsed<JsonObject?>.Refused($"has {text.Length} characters, {MostExtra} are allowed");
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false };
            return JsonNode.Parse(text, documentOptions: options) is JsonObject extra
                ? extra
                : Parsed<JsonObject?>.Refused("is not a JSON object, such as {\"reasoning_effort\": \"low\"}");
        }
        catch (JsonException e)
        {
            return Parsed<JsonObject?>.Refused($"is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    private static Parsed<IReadOnlyDictionary<string, string>> ParseHeaders(RawValue raw)
    {
        var text = raw.Text?.Trim();
        var fields = text is not null && text.StartsWith('{') ? OfObject(text) : OfLines(text?.Split(',', '\n') ?? raw.Items);
        if (fields is null)
            return Refused("is not a JSON object of texts");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < fields.Count; i++)
        {
            var (name, value) = fields[i];
            if (ProblemOf(name, value) is { } problem)
                return Refused($"item {i + 1} {problem}");
            if (!headers.TryAdd(name, value))
                return Refused($"item {i + 1} repeats the name of an earlier header");
        }

        return headers.Count <= MostHeaders
            ? new Parsed<IReadOnlyDictionary<string, string>>(headers, null)
            : Refused($"has {headers.Count} headers, {MostHeaders} are allowed");
    }

    // Messages name the position of an item: values are secrets, and text without a colon may be a value.
    private static string? ProblemOf(string name, string value) =>
        name.Length == 0 || !name.All(IsToken) ? "is not a header such as api-key: …"
        : OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            ? $"is {name}, which the node sets itself"
        : value.Length is 0 or > MostHeaderLength ? $"({name}) has no value, or one longer than {MostHeaderLength} characters"
        : value.All(c => c is >= ' ' and < '\u007f') ? null
        : $"({name}) has a control character or one outside ASCII";

    private static List<(string Name, string Value)>? OfObject(string text)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            if (JsonNode.Parse(text, documentOptions: options) is not JsonObject headers)
                return null;
            return headers.All(header => header.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                ? [.. headers.Select(header => (header.Key.Trim(), header.Value!.GetValue<string>().Trim()))]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<(string Name, string Value)> OfLines(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0).Select(OfLine)];

    private static (string Name, string Value) OfLine(string line)
    {
        var end = line.IndexOfAny([':', '=']);
        return end < 0 ? ("", "") : (line[..end].TrimEnd(), line[(end + 1)..].TrimStart());
    }

    // RFC 9110 section 5.6.2.
    private static bool IsToken(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c);

    private static Parsed<IReadOnlyDictionary<string, string>> Refused(string problem) =>
        Parsed<IReadOnlyDictionary<string, string>>.Refused(problem);

    private static Parsed<HostRule> ParseHost(string text)
    {
        if (text.Contains('/') || IPAddress.TryParse(text.Trim('[', ']'), out _))
        {
            var network = NetworkValues.ParseNetwork(text.Trim('[', ']'));
            return network.Problem is { } problem ? Parsed<HostRule>.Refused(problem) : new HostRule(text, null, network.Value);
        }

        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[1..] : text;
        return Uri.CheckHostName(name.TrimStart('.')) == UriHostNameType.Dns
            ? new HostRule(text, name.ToLowerInvariant(), null)
            : Parsed<HostRule>.Refused($"{ErrorText.Quote(text)} is not a host, a name that begins with a dot, or an address range");
    }
}

/// <summary>One host, all hosts below a name, or a range of addresses.</summary>
/// <param name="Text">The text in the configuration.</param>
/// <param name="Name">A host name, or a suffix of host names that begins with a dot; null for a range.</param>
/// <param name="Network">The range; null for a name.</param>
public sealed record HostRule(string Text, string? Name, IPNetwork? Network)
{
    /// <summary>Whether the host of the address matches.</summary>
    public bool Covers(Uri uri)
    {
        if (IPAddress.TryParse(uri.DnsSafeHost, out var address))
            return Network is { } network && network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        var host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        return Name is not null && (Name.StartsWith('.') ? host.EndsWith(Name, StringComparison.Ordinal) : host == Name);
    }
}
