using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Chatbox.Client;
using Chatbox.Client.Connections;
using Chatbox.Client.Sending;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Clients;

/// <summary>A server for one client, with time that moves only when the test says so.</summary>
internal sealed class ScriptedServer : HttpMessageHandler, IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Channel<ScriptedSocket> _sockets = Channel.CreateUnbounded<ScriptedSocket>();
    private readonly HttpClient _http;

    /// <param name="token">Returns the client's tokens.</param>
    public ScriptedServer(Func<TokenRequest, string?>? token = null, IOutboxStore? store = null)
    {
        _http = new HttpClient(this, disposeHandler: false);
        Client = new ChatClient(
            new ChatClientOptions
            {
                Address = new Uri("https://chat.example/chatbox/"),
                Token = (request, _) => ValueTask.FromResult(token is null ? "a.token.x" : token(request)),
                Store = store,
                Http = _http,
                Clock = Clock,
                Random = () => 1,
                OpenSocket = Open,
            }
        );
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ChatClient Client { get; }

    /// <summary>Whether upgrades succeed.</summary>
    public bool TakesUpgrades { get; set; } = true;

    /// <summary>The response to plain requests for the socket's address.</summary>
    public Func<HttpResponseMessage> Plain { get; set; } = () => new HttpResponseMessage(HttpStatusCode.BadRequest);

    /// <summary>The paths of all requests over HTTP.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The client's next socket, once time has passed far enough.</summary>
    public Task<ScriptedSocket> Socket(TimeSpan? step = null) => Pass(() => _sockets.Reader.TryRead(out var opened) ? opened : null, step);

    /// <summary>Lets time pass, a quarter of a second at a time or more, until there is something.</summary>
    public async Task<T> Pass<T>(Func<T?> find, TimeSpan? step = null)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (true)
        {
            // The client works on other threads: it gets real time for each step of its own time.
            for (var turn = 0; turn < 10; turn++)
            {
                if (find() is { } found)
                    return found;
                await pause.WaitForNextTickAsync(deadline.Token);
            }

            Clock.Advance(step ?? TimeSpan.FromMilliseconds(250));
        }
    }

    /// <summary>The next event of a kind.</summary>
    public static async Task<T> First<T>(ChatEventReader events, Func<T, bool>? matches = null)
        where T : ChatEvent
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var next in events.WithCancellation(deadline.Token))
            if (next is T found && matches?.Invoke(found) != false)
                return found;
        throw new InvalidOperationException("The client has ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _http.Dispose();
        Dispose();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Requests)
            Requests.Add(request.RequestUri!.AbsolutePath);
        return Task.FromResult(Plain());
    }

    private Task<WebSocket> Open(Uri address, string token, CancellationToken cancellationToken)
    {
        if (!TakesUpgrades)
            return Task.FromException<WebSocket>(new WebSocketException("refused"));
        var socket = new ScriptedSocket(address, token);
        _sockets.Writer.TryWrite(socket);
        return Task.FromResult<WebSocket>(socket);
    }
}
