namespace Chatbox.Node.Identity;

/// <summary>Which pages may open a socket. Protocol section 3.</summary>
/// <param name="allowed">Exact origins; when there are none, any in Development and the node's own otherwise.</param>
public sealed class OriginPolicy(IReadOnlyList<string> allowed, bool isDevelopment)
{
    private readonly HashSet<string> _allowed = new(allowed, StringComparer.Ordinal);

    /// <summary>Whether an upgrade with this Origin may go on.</summary>
    /// <param name="origin">The request's <c>Origin</c>; null or empty when it has none.</param>
    /// <param name="self">Scheme and host, with the port where there is one, by which the client reached the node.</param>
    /// <param name="tokenInHeader">The token came in a header, which no page of another origin can arrange unseen.</param>
    public bool Allows(string? origin, string self, bool tokenInHeader)
    {
        if (_allowed.Count > 0)
            return string.IsNullOrEmpty(origin) ? tokenInHeader : _allowed.Contains(origin);
        // Every browser sends an Origin with an upgrade, so without one there is no page to protect against.
        return isDevelopment || string.IsNullOrEmpty(origin) || IsSame(origin, self);
    }

    /// <inheritdoc cref="Allows(string?, string, bool)" />
    public bool Allows(HttpRequest request, bool tokenInHeader) =>
        Allows(request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}", tokenInHeader);

    private static bool IsSame(string origin, string self) =>
        Origin.TryParse(origin, out var given, out _) && Uri.TryCreate(self, UriKind.Absolute, out var own) && given == Origin.Of(own);
}
