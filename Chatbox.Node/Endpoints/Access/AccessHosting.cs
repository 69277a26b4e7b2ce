using Chatbox.Node.Identity;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>Registers the checks of who may call a route, and how often. Protocol section 1.</summary>
public static class AccessHosting
{
    /// <summary>Adds the limits and the audit log. Needs the token validator, the metrics, the index and what leases calls.</summary>
    public static IServiceCollection AddChatboxAccess(this IServiceCollection services, RequestLimitOptions limits) =>
        services.AddSingleton(limits).AddSingleton<AdminLimits>().AddSingleton<RequestLimits>().AddSingleton<AuditLog>();

    /// <summary>Adds the cookie that the routes for files accept. Needs the token validator.</summary>
    /// <param name="paths">The paths of these routes.</param>
    /// <param name="origins">Further origins whose pages may use the cookie.</param>
    public static IServiceCollection AddTokenCookie(
        this IServiceCollection services,
        IReadOnlyList<string> paths,
        IReadOnlyList<string> origins
    ) =>
        services.AddSingleton(provider => new TokenCookie(
            paths,
            origins,
            provider.GetRequiredService<TokenValidator>(),
            provider.GetRequiredService<TimeProvider>()
        ));

    /// <summary>
    /// Adds the checks to the pipeline. Add them after the edge: then refusals are measured, have its headers, and can be read by scripts
    /// of other origins.
    /// </summary>
    public static IApplicationBuilder UseChatboxAccess(this IApplicationBuilder app) => app.UseMiddleware<RouteAccessMiddleware>();
}
