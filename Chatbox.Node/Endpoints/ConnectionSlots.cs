namespace Chatbox.Node.Endpoints;

/// <summary>Limits the number of open sockets of this node (<c>MAX_CONNECTIONS</c>).</summary>
public sealed class ConnectionSlots(int most)
{
    private int _taken;

    /// <summary>Number of open sockets.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Whether a further socket would be refused.</summary>
    public bool IsFull => Volatile.Read(ref _taken) >= most;

    /// <summary>Takes a slot until the result is disposed; null if no slot is free.</summary>
    public IDisposable? TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
            return new Slot(this);
        Interlocked.Decrement(ref _taken);
        return null;
    }

    private sealed class Slot(ConnectionSlots slots) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                Interlocked.Decrement(ref slots._taken);
        }
    }
}
