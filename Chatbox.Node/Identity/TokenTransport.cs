namespace Chatbox.Node.Identity;

/// <summary>By which way a token came.</summary>
public enum TokenSource
{
    None,
    Header,
    Subprotocol,
    Query,
}

/// <summary>The token of a request, if any, before it is judged.</summary>
/// <param name="SelectedProtocol">What the answer to an upgrade must select, so that browsers accept it; null for nothing.</param>
public sealed record TransportedToken(string? Token, TokenSource Source, string? SelectedProtocol)
{
    /// <summary>Only programs can do that without an Origin: a page's socket always has one.</summary>
    public bool CameInHeader => Source is TokenSource.Header or TokenSource.Subprotocol;

    // A record prints its members; the token must not reach a log that way.
    public override string ToString() => $"token by {Source}";
}

/// <summary>Takes the token out of a request. Protocol section 2, "Transport".</summary>
public static class TokenTransport
{
    /// <summary>The subprotocol of our sockets.</summary>
    public const string Protocol = "chatbox.v1";

    private const string BearerScheme = "Bearer ";
    private const string BearerProtocol = "bearer.";

    /// <summary>The token of a REST request: its <c>Authorization</c> header.</summary>
    public static TransportedToken OfRequest(HttpRequest request) =>
        FromHeader(request, null) ?? new TransportedToken(null, TokenSource.None, null);

    /// <summary>
    /// The token of an upgrade: header, else subprotocol, else, unless <paramref name="allowQuery"/> is false, the address. A token of the
    /// address is not looked at when there is another one, even if that one is refused.
    /// </summary>
    public static TransportedToken OfSocket(HttpRequest request, bool allowQuery)
    {
        var offered = request
            .Headers.SecWebSocketProtocol.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            .ToArray();
        var selected = offered.Contains(Protocol) ? Protocol : null;

        if (FromHeader(request, selected) is { } header)
            return header;
        // Without our own protocol beside it there is nothing to select, and the token itself must never be echoed.
        var bearers = Array.FindAll(offered, name => name.StartsWith(BearerProtocol, StringComparison.Ordinal));
        if (selected is not null && bearers.Length > 0)
            return new TransportedToken(OnlyOne(bearers.Select(b => b[BearerProtocol.Length..])), TokenSource.Subprotocol, selected);
        if (allowQuery && AddressToken.Of(request) is { Length: > 0 } given)
            return new TransportedToken(OnlyOne(given), TokenSource.Query, selected);
        return new TransportedToken(null, TokenSource.None, selected);
    }

    // Of several different ones it is unclear which to believe. No JWT has a comma, so that all of them together are refused as invalid.
    private static string OnlyOne(IEnumerable<string> tokens) => string.Join(',', tokens.Distinct(StringComparer.Ordinal));

    private static TransportedToken? FromHeader(HttpRequest request, string? selected)
    {
        var bearers = request
            .Headers.Authorization.OfType<string>()
            .Where(value => value.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
            .Select(value => value[BearerScheme.Length..].Trim())
            .ToArray();
        return bearers.Length == 0 ? null : new TransportedToken(OnlyOne(bearers), TokenSource.Header, selected);
    }
}
