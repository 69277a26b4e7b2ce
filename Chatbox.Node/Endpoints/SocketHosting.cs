using Chatbox.Actors.Connections.Protocol;
using Chatbox.Node.Endpoints.Edge;

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
            .AddSingleton<SocketOpening>()
            .AddSingleton<SocketEndpoints>();

    /// <summary>Maps <c>{prefix}/ws</c>.</summary>
    public static void MapChatboxSockets(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet($"{prefix}/ws", (HttpContext http, SocketEndpoints sockets) => sockets.Handle(http))
            .WithMetadata(new DrainAwareEndpoint())
            .ExcludeFromDescription();
}
