using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A plain WebSocket client that reads frames as they arrive, keeps all of them, and waits for the frame that a test expects.
/// </summary>
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

    /// <summary>Every frame that a test has waited for or skipped, in order.</summary>
    public IReadOnlyList<JsonElement> Seen => _seen;

    public ClientWebSocket Socket => _socket;

    /// <summary>Completes when the socket has ended, for whatever reason.</summary>
    public Task Ended => _reading;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Opens a socket and sends the token as a subprotocol, as the chat page does.</summary>
    /// <param name="query">Further query parameters, such as <c>last_seq=0</c>.</param>
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
            // .NET throws this exception when the receiving side notices the broken connection at the same moment.
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
    }

    /// <summary>Sends a user's message with a command id.</summary>
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
    /// <exception cref="TimeoutException">No such frame arrived within half a minute. The message lists the frames that did.</exception>
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

    /// <summary>
    /// Waits until this many answers have ended since the client connected. Unlike <see cref="NextDone"/>, also counts the ends that came
    /// while the test waited for something else.
    /// </summary>
    public async Task UntilDone(int answers)
    {
        while (Seen.Count(frame => frame.IsDone()) < answers)
            await NextDone();
    }

    /// <summary>The text of an answer as seen so far. Each piece must follow at its offset; withdrawn text is removed.</summary>
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

    /// <summary>Ends the connection without a closing handshake, as a lost network does.</summary>
    public void Abort() => _socket.Abort();

    /// <summary>Closes the socket with a closing handshake.</summary>
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
            // The socket ended without a closing handshake; tests that care about the difference read CloseStatus.
        }
        finally
        {
            _frames.Writer.Complete();
        }
    }
}

/// <summary>Short ways to read a frame.</summary>
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
