using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Chatbox.Tests.Unit.Clients;

/// <summary>A WebSocket whose server is the test.</summary>
internal sealed class ScriptedSocket(Uri address, string token) : WebSocket
{
    private readonly Channel<string> _toClient = Channel.CreateUnbounded<string>();
    private readonly Channel<JsonElement> _toServer = Channel.CreateUnbounded<JsonElement>();
    private WebSocketState _state = WebSocketState.Open;
    private WebSocketCloseStatus? _closeStatus;
    private string? _closeReason;

    public Uri Address => address;

    public string Token => token;

    public override WebSocketCloseStatus? CloseStatus => _closeStatus;

    public override string? CloseStatusDescription => _closeReason;

    public override WebSocketState State => _state;

    public override string? SubProtocol => "chatbox.v1";

    /// <summary>Sends a frame to the client.</summary>
    public void Say(object frame) => _toClient.Writer.TryWrite(JsonSerializer.Serialize(frame));

    /// <summary>Binds the client to a session of its user.</summary>
    public void Bind(string user, string session = "s1") =>
        Say(
            new
            {
                type = "connection_status",
                session_id = session,
                user_id = user,
                seq = 0,
            }
        );

    /// <summary>Closes the connection.</summary>
    public void End(int code, string reason = "")
    {
        (_closeStatus, _closeReason) = ((WebSocketCloseStatus)code, reason);
        _toClient.Writer.TryComplete();
    }

    /// <summary>The next frame of the client; null once there is none any more.</summary>
    public async Task<JsonElement> Next(string type)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
            if (await _toServer.Reader.ReadAsync(deadline.Token) is var frame && frame.Type() == type)
                return frame;
    }

    /// <summary>Whether the client has sent a frame of this type; reads everything that is there.</summary>
    public bool Has(string type)
    {
        var found = false;
        while (_toServer.Reader.TryRead(out var frame))
            found |= frame.Type() == type;
        return found;
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    )
    {
        _toServer.Writer.TryWrite(JsonSerializer.Deserialize<JsonElement>(buffer));
        return Task.CompletedTask;
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        if (!await _toClient.Reader.WaitToReadAsync(cancellationToken) || !_toClient.Reader.TryRead(out var text))
            return new WebSocketReceiveResult(0, WebSocketMessageType.Close, true, _closeStatus, _closeReason);
        return new WebSocketReceiveResult(Encoding.UTF8.GetBytes(text, buffer), WebSocketMessageType.Text, endOfMessage: true);
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        _state = WebSocketState.Closed;
        _toServer.Writer.TryComplete();
        return Task.CompletedTask;
    }

    public override void Abort()
    {
        _state = WebSocketState.Aborted;
        _toClient.Writer.TryComplete(new WebSocketException("aborted"));
    }

    public override void Dispose() => Abort();
}
