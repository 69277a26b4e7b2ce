using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>What every HTTP request passes before its endpoint. Protocol sections 1 and 8.</summary>
public static class EdgeHosting
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(12);

    /// <summary>
    /// Adds request metrics, security headers, error bodies, the check of host names and CORS, in the order in which they depend on each other. Forwarded headers
    /// belong before it, so that everything here sees the client's own address and scheme.
    /// </summary>
    /// <param name="frameAncestors">Origins that may frame the pages (<c>FRAME_ANCESTORS</c>); none means the node's own origin only.</param>
    /// <param name="corsOrigins">Exact origins whose scripts may call the API (<c>CORS_ALLOWED_ORIGINS</c>); none means no CORS at all.</param>
    /// <param name="allowedHosts">Host names by which clients may reach the node (<c>ALLOWED_HOSTS</c>); none means any.</param>
    public static IApplicationBuilder UseChatboxEdge(
        this IApplicationBuilder app,
        IReadOnlyList<string> frameAncestors,
        IReadOnlyList<string> corsOrigins,
        IReadOnlyList<string>? allowedHosts = null
    )
    {
        app.UseMiddleware<RequestMetrics>();
        app.UseMiddleware<SecurityHeaders>(frameAncestors);
        app.UseMiddleware<RequestErrors>();
        if (allowedHosts is { Count: > 0 } && !allowedHosts.Contains("*"))
            app.UseMiddleware<HostFilter>(allowedHosts);
        if (corsOrigins.Count > 0)
        {
            app.UseCors(policy =>
                policy
                    .WithOrigins([.. corsOrigins])
                    .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
                    .WithHeaders("Origin", "Content-Type", "Accept", "Authorization")
                    .AllowCredentials()
                    .SetPreflightMaxAge(PreflightAge)
            );
        }

        return app;
    }

    /// <summary>What <see cref="UseChatboxEdge"/> needs.</summary>
    public static IServiceCollection AddChatboxEdge(this IServiceCollection services) => services.AddCors();
}
