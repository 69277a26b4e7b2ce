using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chatbox.Messages.Frames;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Chatbox.Node.Endpoints.Streams;

/// <summary>
/// One direction of a socket over HTTP: what the server sends becomes server-sent events (HTML Living Standard, section 9.2), and the client
/// sends nothing here. Lets a client whose network blocks WebSockets have a connection with the same rules.
/// </summary>
/// <param name="heartbeat">Time between two comments that show a silent network that the connection is used.</param>
internal sealed class EventStreamSocket(HttpContext http, TimeSpan heartbeat, TimeProvider clock) : HttpSocket
{
    private static readonly byte[] Comment = ":\n\n"u8.ToArray();

    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _aborted;
    private ITimer? _beats;
    private WebSocketState _state = WebSocketState.Open;

    public override WebSocketState State => _state;

    /// <summary>Sends the headers and begins the heartbeat.</summary>
    public async Task<WebSocket> Begin()
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";

        // nginx would otherwise keep events back until its buffer is full.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        // The rules for slow readers are those of sockets. Kestrel has stricter rules for responses, and none for HTTP/2 to take back.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { MinDataRate: not null } rate)
            rate.MinDataRate = null;
        _aborted = http.RequestAborted.Register(() => _ended.TrySetResult());
        await Write(Comment);
        _beats = clock.CreateTimer(_ => _ = Beat(), null, heartbeat, heartbeat);
        return this;
    }

    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    )
    {
        var text = new ArrayBufferWriter<byte>(buffer.Length + 80);
        if (PlaceOf(buffer.Span) is { } place)
            text.Write(Encoding.ASCII.GetBytes($"id: {place}\n"));
        text.Write("data: "u8);
        text.Write(buffer.Span);
        text.Write("\n\n"u8);
        await Write(text.WrittenMemory);
    }

    /// <summary>Waits until the connection has ended, because the client sends nothing.</summary>
    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await _ended.Task.WaitAsync(cancellationToken);
        return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true);
    }

    /// <summary>Tells the client why the stream ends, with the code and the reason of a socket's close frame.</summary>
    public override async Task CloseOutputAsync(
        WebSocketCloseStatus closeStatus,
        string? statusDescription,
        CancellationToken cancellationToken
    )
    {
        var reason = JavaScriptEncoder.Default.Encode(statusDescription ?? "");
        await Write(Encoding.UTF8.GetBytes($"event: close\ndata: {{\"code\":{(int)closeStatus},\"reason\":\"{reason}\"}}\n\n"));
        End(WebSocketState.Closed);
    }

    public override void Abort()
    {
        if (_state == WebSocketState.Closed)
            return;
        End(WebSocketState.Aborted);
        http.Abort();
    }

    public override void Dispose()
    {
        _beats?.Dispose();
        _aborted.Dispose();
    }

    private void End(WebSocketState state)
    {
        _beats?.Dispose();
        _state = state;
        _ended.TrySetResult();
    }

    private async Task Beat()
    {
        // A client that does not read is noticed by the next frame, so a beat does not wait behind one.
        if (!await _writing.WaitAsync(TimeSpan.Zero))
            return;
        try
        {
            await http.Response.Body.WriteAsync(Comment);
            await http.Response.Body.FlushAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            _ended.TrySetResult();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task Write(ReadOnlyMemory<byte> text)
    {
        await _writing.WaitAsync();
        try
        {
            await http.Response.Body.WriteAsync(text);
            await http.Response.Body.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// The place of an item in its session, which a browser repeats as <c>Last-Event-ID</c>; null for a frame after which nothing may be left
    /// out. A place does not cover the answer that runs: its text comes again from the start, with offsets.
    /// </summary>
    private static string? PlaceOf(ReadOnlySpan<byte> frame)
    {
        var (type, session, seq, message) = ("", "", 0L, false);
        var json = new Utf8JsonReader(frame);
        while (json.Read())
        {
            if (json is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
                continue;
            if (json.ValueTextEquals("type"u8) && json.Read())
                type = json.GetString()!;
            else if (json.ValueTextEquals("session_id"u8) && json.Read())
                session = json.GetString()!;
            else if (json.ValueTextEquals("seq"u8) && json.Read())
                seq = json.GetInt64();
            else if (json.ValueTextEquals("message_id"u8) && json.Read())
                message = true;
        }

        return message && seq > 0 && type != ServerFrameType.Ack ? $"{session}.{seq}" : null;
    }
}
