using System.Net.WebSockets;
using Akka.Actor;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Dispatch;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>Runs a socket: <see cref="SocketActor"/> moves its frames.</summary>
public static class ConnectionSocket
{
    /// <summary>Runs the socket until either side ends it. The task never fails.</summary>
    /// <param name="opened">The socket's slot and session.</param>
    /// <param name="gate">Sees each frame of the client first; null for none.</param>
    public static Task Run(
        ActorSystem system,
        WebSocket socket,
        ConnectionProtocol.ConnectionOpened opened,
        ConnectionOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock,
        IFrameGate? gate = null
    )
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new SocketReader(socket, options, clock, gate);
        system.ActorOf(EntityProps.Of<SocketActor>(system, socket, reader, opened, options, metrics, ended));
        return ended.Task;
    }
}
