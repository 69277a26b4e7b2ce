using Chatbox.Node.Files.Store;

namespace Chatbox.Node.Files.Uploads;

/// <summary>
/// The body of an upload, at the pace of all uploads, which must arrive within two deadlines: one for each silence, one for all of it. A read beyond a deadline throws
/// <see cref="UploadTooSlowException"/>. Does not own the body.
/// </summary>
internal sealed class TimedBody : ForwardStream
{
    private readonly Stream _body;
    private readonly UploadPace _pace;
    private readonly TimeSpan _idleTimeout;
    private readonly Action<long> _count;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _total;
    private readonly CancellationTokenSource _idle;
    private readonly CancellationTokenSource _any;

    /// <param name="count">Is told of the bytes that have arrived.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone.</param>
    public TimedBody(
        Stream body,
        UploadPace pace,
        UploadOptions options,
        Action<long> count,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        (_body, _pace, _idleTimeout, _count, _aborted) = (body, pace, options.IdleTimeout, count, cancellationToken);
        _total = new CancellationTokenSource(options.Timeout, clock);
        _idle = new CancellationTokenSource(options.IdleTimeout, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_total.Token, _idle.Token, cancellationToken);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            _idle.CancelAfter(_idleTimeout);
            var read = await _body.ReadAsync(buffer, _any.Token);
            // What this node does until the next read is not the client's silence.
            _idle.CancelAfter(System.Threading.Timeout.InfiniteTimeSpan);
            _count(read);
            await _pace.Wait(read, _any.Token);
            return read;
        }
        catch (OperationCanceledException) when (!_aborted.IsCancellationRequested && _any.IsCancellationRequested)
        {
            throw new UploadTooSlowException();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _any.Dispose();
            _idle.Dispose();
            _total.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>The client sends an upload too slowly.</summary>
internal sealed class UploadTooSlowException : Exception;
