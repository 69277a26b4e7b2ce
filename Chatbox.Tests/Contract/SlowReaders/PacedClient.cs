using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Chatbox.Tests.Contract.SlowReaders;

/// <summary>A client that reads a frame only on demand, over a connection with small buffers.</summary>
internal sealed class PacedClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { ConnectCallback = ConnectWithSmallBuffer });
    private readonly List<JsonElement> _seen = [];
    private readonly byte[] _buffer = new byte[16_384];

    private PacedClient() { }

    /// <summary>Every frame that was read, in order.</summary>
    public IReadOnlyList<JsonElement> Seen => _seen;

    public static async Task<PacedClient> Connect(Uri address, string token, string query = "")
    {
        var client = new PacedClient();
        client._socket.Options.AddSubProtocol("chatbox.v1");
        client._socket.Options.AddSubProtocol($"bearer.{token}");
        using var deadline = new CancellationTokenSource(Deadline);
        await client._socket.ConnectAsync(new Uri($"ws://{address.Authority}/chatbox/ws?{query}"), client._http, deadline.Token);
        return client;
    }

    public async Task<JsonElement> Take()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var message = new MemoryStream();
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(), deadline.Token);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            message.Write(_buffer, 0, part.Count);
            if (!part.EndOfMessage)
                continue;
            _seen.Add(JsonDocument.Parse(message.ToArray()).RootElement);
            return _seen[^1];
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<Stream> ConnectWithSmallBuffer(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
