namespace Chatbox.Node.Endpoints.Edge;

/// <summary>Marks an endpoint that serves a page or its assets, which may be framed by the configured ancestors.</summary>
internal sealed class PageEndpoint;

/// <summary>
/// The security headers of every answer, refusals and failures included (protocol section 8). Pages get a strict policy for their
/// content; everything else may not be framed or run at all.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, IReadOnlyList<string> frameAncestors)
{
    private readonly string _pagePolicy = string.Join(
        "; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        $"frame-ancestors {(frameAncestors.Count == 0 ? "'self'" : string.Join(' ', frameAncestors))}"
    );

    public Task InvokeAsync(HttpContext context)
    {
        // Set as late as possible: error handling clears the headers that were set before it.
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
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageEndpoint>() is not null)
        {
            headers.ContentSecurityPolicy = _pagePolicy;
            headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()";
        }
        else
        {
            headers.XFrameOptions = "DENY";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        }
    }
}
