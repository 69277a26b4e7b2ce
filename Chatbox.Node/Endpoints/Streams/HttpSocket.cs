using System.Net.WebSockets;

namespace Chatbox.Node.Endpoints.Streams;

/// <summary>
/// One direction of a socket over HTTP. The connection's stream reads and writes memory; the array overloads of the framework's class lead
/// there, and there is no closing handshake: closing the output closes the socket.
/// </summary>
internal abstract class HttpSocket : WebSocket
{
    public sealed override WebSocketCloseStatus? CloseStatus => null;

    public sealed override string? CloseStatusDescription => null;

    public sealed override string? SubProtocol => null;

    public abstract override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    public abstract override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    );

    public sealed override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await ReceiveAsync((Memory<byte>)buffer, cancellationToken);
        return new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    public sealed override Task SendAsync(
        ArraySegment<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    ) => SendAsync((ReadOnlyMemory<byte>)buffer, messageType, endOfMessage, cancellationToken).AsTask();

    public sealed override Task CloseAsync(
        WebSocketCloseStatus closeStatus,
        string? statusDescription,
        CancellationToken cancellationToken
    ) => CloseOutputAsync(closeStatus, statusDescription, cancellationToken);
}
