using Chatbox.Actors.Connections.Protocol;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Endpoints.Liveness;

namespace Chatbox.Node.Endpoints;

/// <summary>What sockets take from the configuration.</summary>
/// <param name="MaxConnections">Sockets of this node at once (<c>MAX_CONNECTIONS</c>).</param>
/// <param name="AllowQueryToken">Whether the token may stand in the address (<c>WS_ALLOW_QUERY_TOKEN</c>).</param>
internal sealed record SocketOptions(ConnectionOptions Connections, int MaxConnections, bool AllowQueryToken);

/// <summary>Registers and maps the WebSocket endpoint.</summary>
internal static class SocketHosting
{
    /// <summary>Needs identity, health and the actors of connections.</summary>
    public static IServiceCollection AddChatboxSockets(this IServiceCollection services, SocketOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton(new ConnectionSlots(options.MaxConnections))
            .AddSingleton(provider => new SocketLiveness(options.Connections, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<SocketOpening>()
            .AddSingleton<SocketEndpoints>();

    /// <summary>Accepts WebSockets, and watches whether their clients live.</summary>
    public static void UseChatboxSockets(this IApplicationBuilder app) => app.UseMiddleware<WatchedUpgrades>().UseWebSockets();

    /// <summary>Maps <c>{prefix}/ws</c>.</summary>
    public static void MapChatboxSockets(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet($"{prefix}/ws", (HttpContext http, SocketEndpoints sockets) => sockets.Handle(http))
            .WithMetadata(new DrainAwareEndpoint())
            .ExcludeFromDescription();
}
