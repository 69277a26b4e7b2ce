using System.Runtime.CompilerServices;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>
/// Between a provider's response and the parser of its events. Ends a stream that sends bytes without end and never an event, because the
/// parser would keep them all; and reports every arrival of bytes, because the parser passes comments and half events by in silence.
/// Only reading forward is possible.
/// </summary>
internal sealed class BoundedEventStream(Stream inner, int maxEventBytes, string provider, StreamSigns? signs) : Stream
{
    private long _sinceEvent;

    /// <summary>The parser has got an event out of what was read.</summary>
    public void EventRead() => _sinceEvent = 0;

    // Pooled: a read that waits for the next token must not cost an object.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sinceEvent > maxEventBytes)
            throw ProviderFailures.Broken(provider, "an event is longer than any can be");
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _sinceEvent += read;
        if (read > 0)
        {
            signs?.Begin();
            signs?.Heard();
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
