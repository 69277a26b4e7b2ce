namespace Chatbox.Node.Endpoints.Access;

/// <summary>Who may call which route, and how often. Protocol section 1.</summary>
public static class AccessHosting
{
    /// <summary>Needs the node's token validator and metrics.</summary>
    public static IServiceCollection AddChatboxAccess(this IServiceCollection services, RequestLimitOptions limits) =>
        services.AddSingleton(limits).AddSingleton<RequestLimits>();

    /// <summary>Belongs after the edge, so that refusals are measured and carry its headers, and scripts of other origins can read them.</summary>
    public static IApplicationBuilder UseChatboxAccess(this IApplicationBuilder app) => app.UseMiddleware<RouteAccessMiddleware>();
}
