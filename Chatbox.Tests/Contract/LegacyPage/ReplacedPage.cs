using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Chatbox.Tests.Contract.LegacyPage;

/// <summary>
/// A model of the replaced service's chat page. It offers no subprotocol, never sends <c>last_seq</c>, adopts the session id of every
/// frame, and appends each piece to the open bubble. A bubble closes only when its answer is done, not when the socket is lost.
/// </summary>
/// <param name="roles">The roles of an admin turn the page into the replaced service's admin window, whose messages say so.</param>
internal sealed class ReplacedPage(TestNode node, string user, params string[] roles) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly List<(string Sender, string Text)> _bubbles = [];
    private ClientWebSocket _socket = new();
    private Channel<JsonElement> _frames = Channel.CreateUnbounded<JsonElement>();
    private Task _reading = Task.CompletedTask;
    private int? _open;

    /// <summary>The session id for the next connection; null until a frame has named one.</summary>
    public string? SessionId { get; set; }

    /// <summary>The bubbles of the page from top to bottom.</summary>
    public IReadOnlyList<(string Sender, string Text)> Bubbles => _bubbles;

    /// <summary>Whether the page shows the three dots.</summary>
    public bool IsLoading { get; private set; }

    /// <summary>Every frame that the page has processed on this socket.</summary>
    public List<JsonElement> Seen { get; } = [];

    /// <summary>Opens the page from the list of sessions: it reads the session's history before it connects.</summary>
    public async Task OpenWith(string session)
    {
        SessionId = session;
        var answer = await node.Http.Rest("GET", $"/sessions/{session}", user, roles);
        if (answer.Status == 200)
            Show(answer.Json);
        await Connect();
    }

    /// <summary>Opens the page by itself: it looks for an active session and reads no history.</summary>
    public async Task Open()
    {
        var answer = await node.Http.Rest("GET", "/sessions", user);
        SessionId = answer.Json.GetProperty("sessions").EnumerateArray().FirstOrDefault(s => s.GetProperty("is_active").GetBoolean())
            is { ValueKind: JsonValueKind.Object } active
            ? active.Text("id")
            : Guid.NewGuid().ToString();
        await Connect();
    }

    /// <summary>Opens a shared conversation.</summary>
    public async Task OpenShared(string token) => Show((await node.Http.Rest("GET", $"/shared/{token}", null)).Json);

    /// <summary>Connects with the session id that the page has, at first and after a lost socket.</summary>
    public async Task Connect()
    {
        _socket = new ClientWebSocket();
        _frames = Channel.CreateUnbounded<JsonElement>();
        Seen.Clear();
        using var deadline = new CancellationTokenSource(Deadline);
        await _socket.ConnectAsync(
            new Uri($"ws://{node.Address.Authority}/chatbox/ws?token={TestNode.Token(user, roles)}&session_id={SessionId}"),
            deadline.Token
        );
        _reading = Read(_socket, _frames.Writer);
        await Until(f => f.Type() == "connection_status");
    }

    /// <summary>Cuts the network; frames in transit are lost.</summary>
    public async Task Cut()
    {
        _socket.Abort();
        await _reading;
    }

    /// <summary>Sends a message and shows it at once, because the server does not echo it.</summary>
    public async Task Say(string text)
    {
        var sender = roles.Length == 0 ? "user" : "admin";
        _bubbles.Add((sender, text));
        await Send(
            new
            {
                type = "user_message",
                session_id = SessionId,
                content = text,
                sender,
            }
        );
    }

    public async Task Send(object frame)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, true, deadline.Token);
    }

    /// <summary>Processes frames up to the first one that matches.</summary>
    public async Task<JsonElement> Until(Func<JsonElement, bool> matches)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var frame = await _frames.Reader.ReadAsync(deadline.Token);
            Seen.Add(frame);
            Apply(frame);
            if (matches(frame))
                return frame;
        }
    }

    /// <summary>Processes frames until the last bubble shows exactly this text.</summary>
    public async Task UntilShown(string text)
    {
        while (_bubbles.Count == 0 || _bubbles[^1].Text != text)
            await Until(_ => true);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private void Apply(JsonElement frame)
    {
        if (frame.Text("session_id") is { Length: > 0 } session)
            SessionId = session;
        switch (frame.Type())
        {
            case "ai_response" when frame.Metadata("streaming") == "true":
                AppendPiece(frame);
                break;
            case "ai_response" or "user_message" or "file_upload" or "voice_message":
                Show(frame.Text("sender"), frame);
                break;
            case "loading":
                IsLoading = true;
                break;
            case "error":
                _bubbles.Add(("system", "Error: " + frame.GetProperty("error").Text("message")));
                IsLoading = false;
                break;
        }
    }

    private void AppendPiece(JsonElement frame)
    {
        if (frame.Text("content") is { Length: > 0 } text)
        {
            if (_open is null)
            {
                IsLoading = false;
                _open = _bubbles.Count;
                _bubbles.Add(("ai", ""));
            }

            _bubbles[_open.Value] = ("ai", _bubbles[_open.Value].Text + text);
        }

        if (frame.Metadata("done") != "true")
            return;
        IsLoading = false;
        _open = null;
    }

    private void Show(JsonElement history)
    {
        foreach (var message in history.GetProperty("messages").EnumerateArray())
            Show(message.Text("sender"), message);
    }

    private void Show(string? sender, JsonElement message) => _bubbles.Add((sender ?? "", message.Text("content") ?? ""));

    private static async Task Read(ClientWebSocket socket, ChannelWriter<JsonElement> frames)
    {
        var buffer = new byte[65_536];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                frames.TryWrite(JsonDocument.Parse(message.ToArray()).RootElement);
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection was cut; the frames that had arrived can still be processed.
        }
        finally
        {
            frames.Complete();
        }
    }
}
