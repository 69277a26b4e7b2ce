using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>Registers the middlewares of every HTTP request. Protocol sections 1 and 8.</summary>
public static class EdgeHosting
{
    /// <summary>Headers of resumable uploads.</summary>
    private static readonly string[] UploadRequests =
    [
        "Tus-Resumable",
        "Upload-Length",
        "Upload-Offset",
        "Upload-Metadata",
        "Upload-Checksum",
    ];

    private static readonly string[] UploadResponses =
    [
        "Location",
        "Tus-Resumable",
        "Tus-Version",
        "Upload-Offset",
        "Upload-Length",
        "Upload-Expires",
        "Upload-File-Url",
    ];

    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(12);

    /// <summary>
    /// Adds request metrics, security headers, error bodies, the check of host names and CORS, in the order of their dependencies. Add
    /// forwarded headers before, so that these middlewares see the address and the scheme of the client.
    /// </summary>
    /// <param name="frameAncestors">Origins that may embed the pages (<c>FRAME_ANCESTORS</c>); empty for the node's own origin only.</param>
    /// <param name="corsOrigins">Exact origins whose scripts may call the API (<c>CORS_ALLOWED_ORIGINS</c>); empty to disable CORS.</param>
    /// <param name="allowedHosts">Host names that clients may use (<c>ALLOWED_HOSTS</c>); empty for any name.</param>
    /// <param name="fileSources">CSP sources from which pages load files, besides the node's own origin.</param>
    public static IApplicationBuilder UseChatboxEdge(
        this IApplicationBuilder app,
        IReadOnlyList<string> frameAncestors,
        IReadOnlyList<string> corsOrigins,
        IReadOnlyList<string>? allowedHosts = null,
        IReadOnlyList<string>? fileSources = null
    )
    {
        app.UseMiddleware<RequestMetrics>();
        app.UseMiddleware<SecurityHeaders>(frameAncestors, fileSources ?? []);
        app.UseMiddleware<RequestErrors>();
        if (allowedHosts is { Count: > 0 } && !allowedHosts.Contains("*"))
            app.UseMiddleware<HostFilter>(allowedHosts);
        if (corsOrigins.Count > 0)
        {
            app.UseCors(policy =>
                policy
                    .WithOrigins([.. corsOrigins])
                    .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
                    .WithHeaders(["Origin", "Content-Type", "Accept", "Authorization", .. UploadRequests])
                    .WithExposedHeaders(UploadResponses)
                    .AllowCredentials()
                    .SetPreflightMaxAge(PreflightAge)
            );
        }

        return app;
    }

    /// <summary>Adds the services of <see cref="UseChatboxEdge"/>.</summary>
    public static IServiceCollection AddChatboxEdge(this IServiceCollection services) => services.AddCors();
}
