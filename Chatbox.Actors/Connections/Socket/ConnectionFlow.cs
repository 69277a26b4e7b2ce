using System.Net.WebSockets;
using Akka.Streams;
using Akka.Streams.Dsl;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>A socket's whole pipeline: one fused graph, so that both directions end together and an idle socket stays small.</summary>
public static class ConnectionFlow
{
    /// <summary>Runs the socket until either side ends it; the task never fails.</summary>
    /// <param name="opened">The place the socket has got.</param>
    /// <param name="materializer">Shared and warmed up: the first streams of a fresh one fail.</param>
    public static Task Run(
        WebSocket socket,
        ConnectionProtocol.ConnectionOpened opened,
        ConnectionOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock,
        IMaterializer materializer
    ) =>
        Flow.FromGraph(new WebSocketStage(new SocketReader(socket, options, clock), socket, options))
            .Join(Flow.FromGraph(new ConnectionBridge(opened.Connection, opened.Cursor, options.AskTimeout, metrics)))
            .Run(materializer);
}
