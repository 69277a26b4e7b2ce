using System.Diagnostics;
using System.Net.WebSockets;

namespace Chatbox.Benchmarks.Client;

/// <summary>One socket of the load client: asks, reads, checks. As little work per piece as possible, because the client shares the cores with the server.</summary>
internal abstract class ChatSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private byte[] _buffer = new byte[2048];
    private long _tokens;
    private CancellationTokenRegistration _abort;

    /// <summary>Tokens received since the socket was opened. May be read from any thread.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    public bool IsOpen => _socket.State is WebSocketState.Open;

    /// <param name="invoker">Shared by all sockets of the process: a handler for each would cost more than the socket.</param>
    /// <param name="bearer">A JSON web token, or null where none is asked for.</param>
    /// <param name="cancellationToken">Aborts the socket, now and later: cheaper than a registration for each receive.</param>
    public async Task Connect(Uri server, HttpMessageInvoker invoker, string? bearer, CancellationToken cancellationToken)
    {
        // The server's pings are answered; the client sends none of its own.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (bearer is not null)
        {
            _socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
            _socket.Options.AddSubProtocol("chatbox.v1"); // without it the node takes us for a page of the replaced service
        }

        await _socket.ConnectAsync(server, invoker, cancellationToken);
        _abort = cancellationToken.Register(_socket.Abort);
        await Greet();
    }

    /// <summary>Asks and reads up to the end of the answer. Throws <see cref="WrongAnswerException"/> when a letter differs from what the model sent.</summary>
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

    /// <summary>Reads and drops what an idle server says, so that its pings are answered, until the socket is aborted or closed.</summary>
    public async Task Idle()
    {
        var nothing = Array.Empty<byte>();
        while (IsOpen)
        {
            // Waits without a buffer: thousands of idle sockets hold none.
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

    /// <summary>What the protocol wants said before the first question.</summary>
    protected virtual Task Greet() => Task.CompletedTask;

    protected abstract ReadOnlyMemory<byte> Question(string question);

    /// <summary>Takes one WebSocket message; true when the answer has ended.</summary>
    protected abstract bool Read(ReadOnlyMemory<byte> message, AnswerChecker? answer);

    protected ValueTask Send(ReadOnlyMemory<byte> message) =>
        _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next whole message; valid until the next call.</summary>
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

/// <summary>Three moments of an answer in <see cref="Stopwatch"/> ticks: the question sent, the first token sent by the model, the first token here.</summary>
internal readonly record struct AnswerTimes(long Asked, long Sent, long Received)
{
    /// <summary>What the server added to the model's first token, in milliseconds.</summary>
    public double AddedMilliseconds => Stopwatch.GetElapsedTime(Sent, Received).TotalMilliseconds;

    /// <summary>What a person waits for the first token, in milliseconds; includes about one for the model's wheel.</summary>
    public double WaitedMilliseconds => Stopwatch.GetElapsedTime(Asked, Received).TotalMilliseconds;
}
