using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Chatbox.Tests.Harness;

/// <summary>A client as anybody could write one: reads frames as they come, keeps them all, waits for what a test expects.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket;
    private readonly Channel<JsonElement> _frames = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> _seen = [];
    private readonly Task _reading;

    private TestClient(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = Read();
    }

    /// <summary>Every frame that a test has waited for or passed by, in order.</summary>
    public IReadOnlyList<JsonElement> Seen => _seen;

    public ClientWebSocket Socket => _socket;

    /// <summary>Completes when the socket has ended, however it did.</summary>
    public Task Ended => _reading;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Opens a socket; the token goes by subprotocol, as a page's does.</summary>
    /// <param name="query">More of the address, such as <c>last_seq=0</c>.</param>
    public static async Task<TestClient> Connect(Uri address, string token, string query = "", string prefix = "/chatbox")
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("chatbox.v1");
        socket.Options.AddSubProtocol($"bearer.{token}");
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{address.Authority}{prefix}/ws?{query}"), deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            socket.Dispose();
            throw new TimeoutException($"No socket was opened within {Deadline}.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new TestClient(socket);
    }

    public Task Send(object frame) => SendText(JsonSerializer.Serialize(frame));

    public Task SendText(string text) => SendBytes(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendBytes(ReadOnlyMemory<byte> bytes, WebSocketMessageType type)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await _socket.SendAsync(bytes, type, endOfMessage: true, deadline.Token);
        }
        catch (OperationCanceledException e) when (!deadline.IsCancellationRequested)
        {
            // What .NET throws where the receiving side finds the connection broken at the same moment.
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
    }

    /// <summary>A person's message with a command id.</summary>
    public Task Say(string content, string id) =>
        Send(
            new
            {
                type = "user_message",
                content,
                id,
            }
        );

    /// <summary>The next frame of this type; frames before it stay in <see cref="Seen"/>.</summary>
    /// <exception cref="TimeoutException">None came within half a minute; says what came instead.</exception>
    public Task<JsonElement> Next(string type) => Next(frame => frame.Type() == type, type);

    /// <inheritdoc cref="Next(string)" />
    public async Task<JsonElement> Next(Func<JsonElement, bool> matches, string what = "frame")
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var from = _seen.Count;
        try
        {
            while (true)
            {
                var frame = await _frames.Reader.ReadAsync(deadline.Token);
                _seen.Add(frame);
                if (matches(frame))
                    return frame;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            var came = string.Join('\n', _seen.Skip(from).Select(f => f.GetRawText()));
            throw new TimeoutException($"No {what} came ({e.GetType().Name}, close status {CloseStatus}); these did:\n{came}", e);
        }
    }

    /// <summary>The end of the next answer.</summary>
    public Task<JsonElement> NextDone() => Next(frame => frame.IsDone(), "done");

    /// <summary>The text of an answer as seen so far: each piece at its offset, withdrawn text gone.</summary>
    public string TextOf(string messageId)
    {
        var text = "";
        foreach (var piece in _seen.Where(f => f.Type() == "ai_response" && f.Text("message_id") == messageId))
        {
            var offset = piece.GetProperty("offset").GetInt32();
            if (piece.Metadata("reset") == "true")
                text = text[..offset];
            Assert.Equal(text.Length, offset);
            text += piece.Text("content");
        }

        return text;
    }

    /// <summary>Goes without a word, as a lost network does.</summary>
    public void Abort() => _socket.Abort();

    /// <summary>The closing handshake, from this side.</summary>
    public async Task Close()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        await _reading.WaitAsync(Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task Read()
    {
        var buffer = new byte[65_536];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (_socket.State == WebSocketState.CloseReceived)
                        await _socket.CloseOutputAsync(_socket.CloseStatus!.Value, null, CancellationToken.None);
                    break;
                }

                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                _frames.Writer.TryWrite(JsonDocument.Parse(message.ToArray()).RootElement);
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The socket has ended without a closing handshake; a test that minds looks at CloseStatus.
        }
        finally
        {
            _frames.Writer.Complete();
        }
    }
}

/// <summary>Short ways to look into a frame.</summary>
internal static class FrameFacts
{
    public static string? Type(this JsonElement frame) => frame.Text("type");

    public static string? Text(this JsonElement frame, string field) =>
        frame.TryGetProperty(field, out var value) ? value.GetString() : null;

    public static long Seq(this JsonElement frame) => frame.GetProperty("seq").GetInt64();

    public static string? Metadata(this JsonElement frame, string key) =>
        frame.TryGetProperty("metadata", out var metadata) ? metadata.Text(key) : null;

    public static bool IsDone(this JsonElement frame) => frame.Type() == "ai_response" && frame.Metadata("done") == "true";

    public static string? ErrorCode(this JsonElement frame) => frame.GetProperty("error").Text("code");
}
