using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Chatbox.Tests.Browser;

/// <summary>Serves the real pages, with a socket whose frames the test plays.</summary>
internal sealed class FakeChatServer : IAsyncDisposable
{
    /// <summary>Most bytes of a file, as the page is told.</summary>
    public const int UploadLimit = 1_000;

    private readonly Channel<FakeSocket> _sockets = Channel.CreateUnbounded<FakeSocket>();
    private TinyHost _host = null!;

    /// <summary>The status that further upgrades get; 101 accepts them.</summary>
    public int Upgrade { get; set; } = StatusCodes.Status101SwitchingProtocols;

    /// <summary>The messages of which <c>GET sessions/{id}</c> returns a page, the oldest first; null while the store is down.</summary>
    public IReadOnlyList<JsonObject>? History { get; set; } = [];

    /// <summary>How many messages a page of the history has at most.</summary>
    public int HistoryPage { get; set; } = 2;

    /// <summary>Upgrades with this token get 401.</summary>
    public string? RefusedToken { get; set; }

    /// <summary>Delays the responses to requests for history. They hold the history as it was when the request came.</summary>
    public Task HistoryGate { get; set; } = Task.CompletedTask;

    /// <summary>Path with query, and the Authorization header, of every request for history.</summary>
    public ConcurrentQueue<(string Address, string Token)> HistoryRequests { get; } = new();

    /// <summary>Path with query of every upgrade that the page has requested.</summary>
    public ConcurrentQueue<string> Upgrades { get; } = new();

    public Uri Page => new(_host.Address, "/chatbox/");

    public static async Task<FakeChatServer> Start()
    {
        var server = new FakeChatServer();
        server._host = await TinyHost.Start(app =>
        {
            app.UseWebSockets();
            app.MapChatboxPages(TinyHost.Prefix, uploadLimit: UploadLimit);
            app.MapGet("/chatbox/sessions", () => Results.Json(new JsonObject { ["sessions"] = new JsonArray() }));
            app.MapGet("/chatbox/sessions/{id}", (HttpRequest request, long? before_seq) => server.HistoryBefore(request, before_seq));
            app.MapGet("/chatbox/ws", (HttpContext context, IHostApplicationLifetime life) => server.Accept(context, life));
        });
        return server;
    }

    /// <summary>The next socket that the page opens.</summary>
    public async Task<FakeSocket> NextSocket()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _sockets.Reader.ReadAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<IResult> HistoryBefore(HttpRequest request, long? beforeSeq)
    {
        HistoryRequests.Enqueue(($"{request.Path}{request.QueryString}", request.Headers.Authorization.ToString()));
        var history = History;
        await HistoryGate;
        if (history is null)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        var older = history.Where(m => beforeSeq is null || (int)m["seq"]! < beforeSeq).ToList();
        var page = older.TakeLast(HistoryPage).Select(m => m.DeepClone()).ToArray();
        var body = new JsonObject { ["messages"] = new JsonArray(page) };
        if (older.Count > page.Length)
            body["next_before_seq"] = (int)page[0]["seq"]!;
        return Results.Json(body);
    }

    private async Task Accept(HttpContext context, IHostApplicationLifetime life)
    {
        Upgrades.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
        var token = TokenTransport.OfSocket(context.Request, allowQuery: true).Token;
        var status = RefusedToken is not null && token == RefusedToken ? StatusCodes.Status401Unauthorized : Upgrade;
        if (status != StatusCodes.Status101SwitchingProtocols || !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = status == StatusCodes.Status101SwitchingProtocols ? 400 : status;
            await context.Response.WriteAsync("refused");
            return;
        }

        using var webSocket = await context.WebSockets.AcceptWebSocketAsync("chatbox.v1");
        var socket = new FakeSocket(context, webSocket);
        _sockets.Writer.TryWrite(socket);
        await socket.Read(life.ApplicationStopping);
    }
}

/// <summary>The server's end of one of the page's sockets.</summary>
internal sealed class FakeSocket(HttpContext context, WebSocket socket)
{
    private readonly Channel<JsonObject> _frames = Channel.CreateUnbounded<JsonObject>();

    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public IReadOnlyList<string> Protocols { get; } = [.. context.WebSockets.WebSocketRequestedProtocols];

    /// <summary>The next frame from the page.</summary>
    public async Task<JsonObject> Next()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _frames.Reader.ReadAsync(deadline.Token);
    }

    public async Task Send(JsonObject frame) =>
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, true, CancellationToken.None);

    public Task Close(int code, string reason) => socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);

    /// <summary>Aborts the connection without a close frame, as a lost network does.</summary>
    public void Cut() => context.Abort();

    public async Task Read(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (message.MessageType == WebSocketMessageType.Close)
                    break;
                Assert.True(message.EndOfMessage);
                _frames.Writer.TryWrite(JsonNode.Parse(buffer.AsSpan(0, message.Count))!.AsObject());
            }

            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The page or the test has ended the connection.
        }

        _frames.Writer.TryComplete();
    }
}
