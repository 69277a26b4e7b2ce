namespace Chatbox.Node.Endpoints;

/// <summary>Sockets that this node takes at once (<c>MAX_CONNECTIONS</c>).</summary>
public sealed class ConnectionSlots(int most)
{
    private int _taken;

    /// <summary>Open sockets.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>No socket would be let in now.</summary>
    public bool IsFull => Volatile.Read(ref _taken) >= most;

    /// <summary>Takes a slot, given back when the result is disposed; null when there is none.</summary>
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
