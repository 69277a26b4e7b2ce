namespace Chatbox.Node.Identity;

/// <summary>Decides which pages may open a socket. Protocol section 3.</summary>
/// <param name="allowed">Exact origins. If empty: any origin in Development, the node's own origin in Production.</param>
public sealed class OriginPolicy(IReadOnlyList<string> allowed, bool isDevelopment)
{
    private readonly HashSet<string> _allowed = new(allowed, StringComparer.Ordinal);

    /// <summary>Whether an upgrade with this origin is allowed.</summary>
    /// <param name="origin">The <c>Origin</c> header; null or empty if absent.</param>
    /// <param name="self">Scheme, host and optional port with which the client reached the node.</param>
    /// <param name="tokenInHeader">Whether a header contained the token, which a page of another origin cannot do without an <c>Origin</c>.</param>
    public bool Allows(string? origin, string self, bool tokenInHeader)
    {
        if (_allowed.Count > 0)
            return string.IsNullOrEmpty(origin) ? tokenInHeader : _allowed.Contains(origin);
        // Every browser sends an Origin with an upgrade, so a request without one is not from a page.
        return isDevelopment || string.IsNullOrEmpty(origin) || IsSame(origin, self);
    }

    /// <inheritdoc cref="Allows(string?, string, bool)" />
    public bool Allows(HttpRequest request, bool tokenInHeader) =>
        Allows(request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}", tokenInHeader);

    /// <summary>Whether the origin is the scheme and host with which the client reached the node.</summary>
    internal static bool IsOwn(HttpRequest request) => IsSame(request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}");

    private static bool IsSame(string origin, string self) =>
        Origin.TryParse(origin, out var given, out _) && Uri.TryCreate(self, UriKind.Absolute, out var own) && given == Origin.Of(own);
}
