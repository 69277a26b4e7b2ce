namespace Chatbox.Node.Endpoints.Edge;

/// <summary>Marks an endpoint with a page or its assets, which the configured ancestors may embed.</summary>
internal sealed class PageEndpoint;

/// <summary>Marks the page in which the pages draw diagrams, in a frame.</summary>
internal sealed class DiagramEndpoint;

/// <summary>
/// Adds security headers to every response, including errors (protocol section 8). Pages get a strict content security policy; other
/// responses must be neither embedded nor executed.
/// </summary>
/// <param name="fileSources">CSP sources from which pages load files, besides the node's own origin.</param>
internal sealed class SecurityHeaders(RequestDelegate next, IReadOnlyList<string> frameAncestors, IReadOnlyList<string> fileSources)
{
    private readonly string _pagePolicy = string.Join(
        "; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        string.Join(' ', ["img-src 'self' data:", .. fileSources]),
        string.Join(' ', ["media-src 'self' blob:", .. fileSources]),
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        $"frame-ancestors {(frameAncestors.Count == 0 ? "'self'" : string.Join(' ', frameAncestors))}"
    );

    /// <summary>
    /// The policy of the page that draws diagrams: it writes styles, so it has no origin, asks for nothing but its script, and can do nothing but draw. Its
    /// ancestors are the node's own pages and what embeds them. The address of the script is added to it.
    /// </summary>
    private readonly string _diagramPolicy = string.Join(
        "; ",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "sandbox allow-scripts",
        string.Join(' ', ["frame-ancestors 'self'", .. frameAncestors.Where(source => source is not ("'self'" or "'none'"))])
    );

    public Task InvokeAsync(HttpContext context)
    {
        // Set as late as possible, because error handling clears earlier headers.
        context.Response.OnStarting(() =>
        {
            Apply(context);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<PageEndpoint>() is not null)
        {
            headers.ContentSecurityPolicy = metadata.GetMetadata<DiagramEndpoint>() is null ? _pagePolicy : DiagramPolicy(context.Request);
            headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()";
        }
        else
        {
            headers.XFrameOptions = "DENY";
            // What people upload has a policy of its own, for each type.
            if (headers.ContentSecurityPolicy.Count == 0)
                headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        }
    }

    /// <summary>Names the origin of the script, too: in WebKit, a page that has no origin has no <c>'self'</c>.</summary>
    private string DiagramPolicy(HttpRequest request)
    {
        var origin = Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var address)
            ? $" {address.GetLeftPart(UriPartial.Authority)}"
            : "";
        return $"{_diagramPolicy}; script-src 'self'{origin}";
    }
}
