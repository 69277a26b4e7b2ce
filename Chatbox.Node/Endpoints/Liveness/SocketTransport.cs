using System.Runtime.CompilerServices;

namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>
/// The bytes below a WebSocket. Knows whether bytes came from the client, pongs included, which the WebSocket does not tell, and sends pings
/// between the frames of the WebSocket. The WebSocket must write each frame with one call, as that of .NET does.
/// </summary>
/// <param name="bytes">Closed with this stream.</param>
/// <param name="abort">Cuts the connection.</param>
/// <param name="closed">Called when this stream is closed.</param>
/// <param name="clock">Measures when the client was heard.</param>
internal sealed class SocketTransport(Stream bytes, Action abort, Action<SocketTransport> closed, AwakeClock clock) : Stream
{
    private const int OpcodeBits = 0b1111;
    private const int CloseOpcode = 8;
    private const long NotHeard = -1;

    // A final frame of opcode 9 without content (RFC 6455, section 5.5.2).
    private static readonly byte[] Ping = [0x89, 0x00];

    // Whoever has it may write. Locked, it also keeps an abort before the end.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _heardAt = NotHeard;
    private volatile bool _listens;
    private volatile bool _pingWaits;
    private bool _closes;
    private volatile bool _isClosed;

    public bool IsClosed => _isClosed;

    /// <summary>Kept here for <see cref="SocketLiveness"/>, which alone uses it. It begins with the client's request.</summary>
    public Silence Silence { get; set; } = new(clock.Now);

    /// <summary>Kept here for <see cref="LookSchedule"/>, which alone uses it.</summary>
    public LinkedListNode<SocketTransport> Place => field ??= new LinkedListNode<SocketTransport>(this);

    /// <summary>What the client let the node hear since the last call, and when it was last heard; that time counts only if it was.</summary>
    public (Sound Sound, TimeSpan HeardAt) Listen()
    {
        var heardAt = Interlocked.Exchange(ref _heardAt, NotHeard);
        var sound =
            heardAt != NotHeard ? Sound.Heard
            : _pingWaits ? Sound.Blocked
            : _listens ? Sound.Silence
            : Sound.Unheard;
        return (sound, TimeSpan.FromTicks(heardAt));
    }

    /// <summary>
    /// Sends a ping, behind a frame that is just being written. Sends nothing after the frame that closes the WebSocket, or while another ping
    /// waits: so a client that takes nothing cannot make pings pile up.
    /// </summary>
    public async Task SendPing(CancellationToken cancellationToken)
    {
        if (_pingWaits)
            return;
        _pingWaits = true;
        try
        {
            await _turn.WaitAsync(cancellationToken);
            if (_closes)
                _turn.Release();
            else
                await End(WriteAndFlush(Ping, cancellationToken));
        }
        finally
        {
            _pingWaits = false;
        }
    }

    /// <summary>Cuts the connection, if this stream is not closed: the server may use a closed one for the next request.</summary>
    public void Abort()
    {
        lock (_turn)
        {
            if (!_isClosed)
                abort();
        }
    }

    // A silent socket waits here for hours: the state of the wait comes from a pool.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _listens = true;
        var count = await bytes.ReadAsync(buffer, cancellationToken);
        _listens = false;
        Volatile.Write(ref _heardAt, clock.Now.Ticks);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_turn.Wait(0, CancellationToken.None))
            return WriteInTurn(buffer, cancellationToken);
        var write = WriteFrame(buffer, cancellationToken);
        if (!write.IsCompletedSuccessfully)
            return End(write);
        _turn.Release();
        return write;
    }

    /// <summary>Does nothing: each write ends with a flush, so that it has only one turn.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_turn)
                _isClosed = true;
            closed(this);
            bytes.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask WriteInTurn(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        await End(WriteFrame(frame, cancellationToken));
    }

    private ValueTask WriteFrame(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        _closes |= !frame.IsEmpty && (frame.Span[0] & OpcodeBits) == CloseOpcode;
        return WriteAndFlush(frame, cancellationToken);
    }

    // Never throws: what fails is the task, whose end gives the turn back.
    private async ValueTask WriteAndFlush(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await bytes.WriteAsync(frame, cancellationToken);
        await bytes.FlushAsync(cancellationToken);
    }

    private async ValueTask End(ValueTask write)
    {
        try
        {
            await write;
        }
        finally
        {
            _turn.Release();
        }
    }
}
