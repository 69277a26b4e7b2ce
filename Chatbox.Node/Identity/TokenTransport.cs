namespace Chatbox.Node.Identity;

/// <summary>How a request transports its token.</summary>
public enum TokenSource
{
    None,
    Header,
    Subprotocol,
    Query,
}

/// <summary>The token of a request, not validated yet.</summary>
/// <param name="SelectedProtocol">Subprotocol that the response to an upgrade must select, which browsers require; null for none.</param>
public sealed record TransportedToken(string? Token, TokenSource Source, string? SelectedProtocol)
{
    /// <summary>
    /// Whether a header contained the token. Only programs can send one without an Origin, because sockets of pages always have an Origin.
    /// </summary>
    public bool CameInHeader => Source is TokenSource.Header or TokenSource.Subprotocol;

    // The generated text of a record would put the token into logs.
    public override string ToString() => $"token by {Source}";
}

/// <summary>Finds the token of a request. Protocol section 2, "Transport".</summary>
public static class TokenTransport
{
    /// <summary>The subprotocol of the sockets.</summary>
    public const string Protocol = "chatbox.v1";

    private const string BearerScheme = "Bearer ";
    private const string BearerProtocol = "bearer.";

    /// <summary>The token of a REST request, from its <c>Authorization</c> header.</summary>
    public static TransportedToken OfRequest(HttpRequest request) =>
        FromHeader(request, null) ?? new TransportedToken(null, TokenSource.None, null);

    /// <summary>
    /// The token of an upgrade, from the header, else from the subprotocol, else from the address if <paramref name="allowQuery"/> is true. A
    /// token in the address is ignored if there is another token, even if that token is invalid.
    /// </summary>
    public static TransportedToken OfSocket(HttpRequest request, bool allowQuery)
    {
        var offered = request
            .Headers.SecWebSocketProtocol.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            .ToArray();
        var selected = offered.Contains(Protocol) ? Protocol : null;

        if (FromHeader(request, selected) is { } header)
            return header;
        // Without the protocol chatbox.v1 the response could select the token only, which must never be echoed.
        var bearers = Array.FindAll(offered, name => name.StartsWith(BearerProtocol, StringComparison.Ordinal));
        if (selected is not null && bearers.Length > 0)
            return new TransportedToken(OnlyOne(bearers.Select(b => b[BearerProtocol.Length..])), TokenSource.Subprotocol, selected);
        if (allowQuery && AddressToken.Of(request) is { Length: > 0 } given)
            return new TransportedToken(OnlyOne(given), TokenSource.Query, selected);
        return new TransportedToken(null, TokenSource.None, selected);
    }

    // Several different tokens are ambiguous. Joined by a comma, which no JWT contains, they are refused as invalid.
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
