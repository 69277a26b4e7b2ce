using System.Diagnostics;
using System.Net.WebSockets;

namespace Chatbox.Benchmarks.Client;

/// <summary>
/// A socket of the load client that asks questions and checks the answers. It does as little work per piece as possible, because the client
/// shares the cores with the server.
/// </summary>
internal abstract class ChatSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private byte[] _buffer = new byte[2048];
    private long _tokens;
    private CancellationTokenRegistration _abort;

    /// <summary>The number of tokens received since the socket was opened. Any thread may read it.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    public bool IsOpen => _socket.State is WebSocketState.Open;

    /// <param name="invoker">
    /// The invoker that all sockets of the process share; a handler per socket would cost more than the socket.
    /// </param>
    /// <param name="bearer">A JSON web token, or null for a server that needs none.</param>
    /// <param name="cancellationToken">Aborts the socket, also after this call, which is cheaper than a registration per receive.</param>
    public async Task Connect(Uri server, HttpMessageInvoker invoker, string? bearer, CancellationToken cancellationToken)
    {
        // The client answers the server's pings and sends none.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (bearer is not null)
        {
            _socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
            _socket.Options.AddSubProtocol("chatbox.v1"); // without this subprotocol the node treats the client as a legacy page
        }

        await _socket.ConnectAsync(server, invoker, cancellationToken);
        _abort = cancellationToken.Register(_socket.Abort);
        await Greet();
    }

    /// <summary>
    /// Asks a question and reads up to the end of the answer. Throws <see cref="WrongAnswerException"/> if a character differs from what
    /// the model sent.
    /// </summary>
    public async Task<AnswerTimes> Ask(string question, int tokens)
    {
        var answer = new AnswerChecker(question, tokens);
        var before = _tokens;
        var asked = Stopwatch.GetTimestamp();
        var first = 0L;
        await Send(Question(question));
        for (var done = false; !done; )
        {
            done = Read(await Receive(), answer);
            if (first == 0 && answer.SentAt != 0)
                first = Stopwatch.GetTimestamp();
            Volatile.Write(ref _tokens, before + answer.Tokens);
        }

        return new AnswerTimes(asked, answer.SentAt, first);
    }

    /// <summary>Reads and discards the frames of an idle server, which answers its pings, until the socket ends.</summary>
    public async Task Idle()
    {
        var nothing = Array.Empty<byte>();
        while (IsOpen)
        {
            // A zero-byte read waits without a buffer, so thousands of idle sockets hold none.
            await _socket.ReceiveAsync(nothing.AsMemory(), CancellationToken.None);
            if (IsOpen)
                Read(await Receive(), null);
        }
    }

    public void Dispose()
    {
        _abort.Dispose();
        _socket.Dispose();
    }

    /// <summary>Sends what the protocol requires before the first question.</summary>
    protected virtual Task Greet() => Task.CompletedTask;

    protected abstract ReadOnlyMemory<byte> Question(string question);

    /// <summary>Processes a WebSocket message and returns whether the answer has ended.</summary>
    protected abstract bool Read(ReadOnlyMemory<byte> message, AnswerChecker? answer);

    protected ValueTask Send(ReadOnlyMemory<byte> message) =>
        _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next complete message; valid until the next call.</summary>
    protected async ValueTask<ReadOnlyMemory<byte>> Receive()
    {
        for (var length = 0; ; )
        {
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, 2 * length);
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
            if (received.MessageType is WebSocketMessageType.Close)
                throw new WrongAnswerException($"The server closed the socket: {_socket.CloseStatus} {_socket.CloseStatusDescription}");
            length += received.Count;
            if (received.EndOfMessage)
                return _buffer.AsMemory(0, length);
        }
    }
}

/// <summary>
/// Three moments of an answer in <see cref="Stopwatch"/> ticks: the client sent the question, the model sent the first token, the client
/// received it.
/// </summary>
internal readonly record struct AnswerTimes(long Asked, long Sent, long Received)
{
    /// <summary>The time from the model's first token to its arrival at the client, in milliseconds.</summary>
    public double AddedMilliseconds => Stopwatch.GetElapsedTime(Sent, Received).TotalMilliseconds;

    /// <summary>The time from the question to the first token, in milliseconds; includes about one for the model's token wheel.</summary>
    public double WaitedMilliseconds => Stopwatch.GetElapsedTime(Asked, Received).TotalMilliseconds;
}
