using Chatbox.Messages;

namespace Chatbox.Actors.Users;

/// <summary>
/// A sliding limit: at most <paramref name="limit"/> commands in any minute. A command id counts once, however often it is admitted, until
/// every admission of it has turned out to be a repetition.
/// </summary>
internal sealed class MessageWindow(int limit, TimeProvider clock)
{
    /// <summary>Length of the window.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    /// <summary>Admissions of one id that are told apart; with more of them the id counts until its minute is over.</summary>
    private const int MaxAttempts = 8;

    private readonly LinkedList<Entry> _admitted = new();
    private readonly Dictionary<CommandId, LinkedListNode<Entry>> _byId = [];

    /// <summary>Counts the command, or says how long to wait until one more is admitted.</summary>
    /// <param name="attempt">Names this admission; the same number again is the same admission.</param>
    public TimeSpan? Admit(CommandId id, long attempt)
    {
        DropOld();
        if (_byId.TryGetValue(id, out var known))
        {
            // Which of two admissions at the same time will have the effect, nobody knows yet: the id counts for both of them.
            known.Value.Add(attempt);
            return null;
        }

        if (_admitted.Count >= limit)
            return Length - clock.GetElapsedTime(_admitted.First!.Value.At);
        _byId[id] = _admitted.AddLast(new Entry(id, clock.GetTimestamp(), attempt));
        return null;
    }

    /// <summary>
    /// The command was a repetition: what this admission has added does not count. An id that an earlier admission counted stays counted,
    /// or a client could undo each count by sending its message twice.
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

        /// <summary>When it was counted, on the monotonic clock.</summary>
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

        /// <summary>True if no admission is left that may have had the effect.</summary>
        public bool Remove(long attempt) => _attempts.Remove(attempt) && _attempts.Count == 0 && !_tooMany;
    }
}
