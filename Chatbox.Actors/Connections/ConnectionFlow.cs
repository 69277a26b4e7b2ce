using System.Net.WebSockets;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Chatbox.Actors.Connections;

/// <summary>A socket's whole pipeline: one fused graph, so that both directions end together and an idle socket stays small.</summary>
public static class ConnectionFlow
{
    /// <summary>Runs the socket until either side ends it; the task never fails.</summary>
    /// <param name="materializer">Shared and warmed up: the first streams of a fresh one fail.</param>
    public static Task Run(
        WebSocket socket,
        IActorRef connection,
        ConnectionOptions options,
        TimeProvider clock,
        IMaterializer materializer
    ) =>
        Flow.FromGraph(new WebSocketStage(new SocketReader(socket, options, clock), socket, options))
            .Join(Flow.FromGraph(new ConnectionBridge(connection)))
            .Run(materializer);
}
