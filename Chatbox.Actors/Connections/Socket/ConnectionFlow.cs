using System.Net.WebSockets;
using Akka.Streams;
using Akka.Streams.Dsl;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>The stream of a socket: one fused graph, so that both directions end together and an idle socket needs little memory.</summary>
public static class ConnectionFlow
{
    /// <summary>Runs the socket until either side ends it. The task never fails.</summary>
    /// <param name="opened">The socket's slot and session.</param>
    /// <param name="materializer">Shared by all sockets, and has run a stream before: the first streams of a new materializer can fail.</param>
    /// <param name="gate">Sees each frame of the client first; null for none.</param>
    public static Task Run(
        WebSocket socket,
        ConnectionProtocol.ConnectionOpened opened,
        ConnectionOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock,
        IMaterializer materializer,
        IFrameGate? gate = null
    ) =>
        Flow.FromGraph(new WebSocketStage(new SocketReader(socket, options, clock, gate), socket, options))
            .Join(Flow.FromGraph(new ConnectionBridge(opened.Connection, opened.Cursor, options.AskTimeout, metrics)))
            .Run(materializer);
}
