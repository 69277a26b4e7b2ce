namespace Chatbox.Node.Files.Reading;

/// <summary>Counts memory that is taken for a while, up to a limit. Who comes first is served first, so that a large need is met as well.</summary>
/// <param name="capacity">Bytes.</param>
internal sealed class MemoryRoom(long capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Served)> _waiting = new();
    private readonly long _capacity = capacity;
    private long _free = capacity;

    /// <summary>Waits until there is room.</summary>
    /// <param name="bytes">Counts at most as the whole capacity.</param>
    /// <returns>Gives the room back when it is disposed; twice does no harm.</returns>
    public async Task<IDisposable> Take(long bytes, CancellationToken cancellationToken)
    {
        var needed = Math.Clamp(bytes, 0, _capacity);
        LinkedListNode<(long, TaskCompletionSource)> node;
        lock (_gate)
        {
            if (_waiting.Count == 0 && needed <= _free)
            {
                _free -= needed;
                return new Taken(this, needed);
            }

            node = _waiting.AddLast((needed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        var (_, served) = node.Value;
        await using (cancellationToken.Register(() => Leave(node)))
            await served.Task.ConfigureAwait(false);
        return new Taken(this, needed);
    }

    private void Leave(LinkedListNode<(long Bytes, TaskCompletionSource Served)> node)
    {
        lock (_gate)
        {
            if (node.List is null)
                return;
            _waiting.Remove(node);
            Serve();
        }

        node.Value.Served.SetCanceled();
    }

    private void Return(long bytes)
    {
        lock (_gate)
        {
            _free += bytes;
            Serve();
        }
    }

    private void Serve()
    {
        while (_waiting.First is { } first && first.Value.Bytes <= _free)
        {
            _free -= first.Value.Bytes;
            _waiting.RemoveFirst();
            first.Value.Served.SetResult();
        }
    }

    private sealed class Taken(MemoryRoom room, long bytes) : IDisposable
    {
        private int _isReturned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
                room.Return(bytes);
        }
    }
}
