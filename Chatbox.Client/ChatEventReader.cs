using System.Threading.Channels;

namespace Chatbox.Client;

/// <summary>
/// The events of a client from one moment on, for one reader. The client never waits for a reader: when the buffer is full, the oldest event goes, and
/// the reader gets <see cref="ChatEvent.Missed"/> in its place. Nothing of the conversation is lost that way, because
/// <see cref="ChatClient.Conversation"/> does not depend on readers.
/// </summary>
public sealed class ChatEventReader : IAsyncEnumerable<ChatEvent>, IDisposable
{
    private readonly Channel<ChatEvent> _events;
    private readonly Action<ChatEventReader> _whenDisposed;
    private long _missed;

    internal ChatEventReader(int capacity, Action<ChatEventReader> whenDisposed)
    {
        _whenDisposed = whenDisposed;
        var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest };
        _events = Channel.CreateBounded<ChatEvent>(options, _ => Interlocked.Increment(ref _missed));
    }

    /// <summary>The events, until the reader or the client is disposed.</summary>
    public async IAsyncEnumerator<ChatEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var next in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Interlocked.Exchange(ref _missed, 0) is > 0 and var missed)
                yield return new ChatEvent.Missed(missed);
            yield return next;
        }
    }

    /// <summary>Ends the events of this reader.</summary>
    public void Dispose()
    {
        _whenDisposed(this);
        Complete();
    }

    internal void Write(ChatEvent next) => _events.Writer.TryWrite(next);

    internal void Complete() => _events.Writer.TryComplete();
}
