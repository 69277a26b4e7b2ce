using Chatbox.Messages;

namespace Chatbox.Actors.Users;

/// <summary>
/// A sliding limit of <paramref name="limit"/> commands in any minute. A command id counts once, however often it is admitted; it stops
/// counting when all of its admissions have turned out to be repetitions.
/// </summary>
internal sealed class MessageWindow(int limit, TimeProvider clock)
{
    /// <summary>Length of the window.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    /// <summary>Most admissions of one id that are told apart. With more of them, the id counts until its minute is over.</summary>
    private const int MaxAttempts = 8;

    private readonly LinkedList<Entry> _admitted = new();
    private readonly Dictionary<CommandId, LinkedListNode<Entry>> _byId = [];

    /// <summary>Counts the command. Returns null, or how long to wait if the limit is reached.</summary>
    /// <param name="attempt">Identifies this admission; a repeated request carries the same number.</param>
    public TimeSpan? Admit(CommandId id, long attempt)
    {
        DropOld();
        if (_byId.TryGetValue(id, out var known))
        {
            // It is not known yet which of two concurrent admissions will take effect, so the id counts for both.
            known.Value.Add(attempt);
            return null;
        }

        if (_admitted.Count >= limit)
            return Length - clock.GetElapsedTime(_admitted.First!.Value.At);
        _byId[id] = _admitted.AddLast(new Entry(id, clock.GetTimestamp(), attempt));
        return null;
    }

    /// <summary>
    /// The command was a repetition: this admission no longer counts. The id still counts for its other admissions; otherwise a client could
    /// undo every count by sending each message twice.
    /// </summary>
    public void Forget(CommandId id, long attempt)
    {
        if (_byId.TryGetValue(id, out var known) && known.Value.Remove(attempt))
            Drop(known);
    }

    private void DropOld()
    {
        while (_admitted.First is { } oldest && clock.GetElapsedTime(oldest.Value.At) >= Length)
            Drop(oldest);
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byId.Remove(node.Value.Id);
        _admitted.Remove(node);
    }

    private sealed class Entry(CommandId id, long at, long first)
    {
        private readonly List<long> _attempts = [first];
        private bool _tooMany;

        public CommandId Id => id;

        /// <summary>When the id was counted, on the monotonic clock.</summary>
        public long At => at;

        public void Add(long attempt)
        {
            if (_attempts.Contains(attempt))
                return;
            if (_attempts.Count < MaxAttempts)
                _attempts.Add(attempt);
            else
                _tooMany = true;
        }

        /// <summary>Removes an admission. True if no other admission may have taken effect.</summary>
        public bool Remove(long attempt) => _attempts.Remove(attempt) && _attempts.Count == 0 && !_tooMany;
    }
}
