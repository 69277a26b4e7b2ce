using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>
/// Knows which sessions of this node have journaled events that the index lacks, so that a reader of the index can wait for what clients
/// were shown. A session reports before it shows anything. Thread-safe; has one entry per session with an update on its way.
/// </summary>
public sealed class IndexLag
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, Behind> _behind = [];
    private readonly Dictionary<UserId, HashSet<SessionId>> _byUser = [];

    /// <summary>Number of sessions whose latest events the index lacks.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _behind.Count;
        }
    }

    /// <summary>A session tells how far the index is behind.</summary>
    /// <param name="head">Place of the session's last event that concerns the index.</param>
    /// <param name="indexedThrough">The index has everything up to this place.</param>
    public void Report(SessionId session, UserId owner, long head, long indexedThrough)
    {
        lock (_lock)
        {
            if (head <= indexedThrough)
            {
                Remove(session);
                return;
            }

            if (!_behind.TryGetValue(session, out var behind))
            {
                _behind[session] = behind = new Behind(owner);
                if (!_byUser.TryGetValue(owner, out var sessions))
                    _byUser[owner] = sessions = [];
                sessions.Add(session);
            }

            behind.Advance(head, indexedThrough);
        }
    }

    /// <summary>The session has left this node's memory. Its next incarnation reports the events that the index lacks.</summary>
    public void Forget(SessionId session)
    {
        lock (_lock)
            Remove(session);
    }

    /// <summary>Completes once the index has everything that the session has journaled up to this call.</summary>
    public Task WhenIndexed(SessionId session)
    {
        lock (_lock)
            return _behind.TryGetValue(session, out var behind) ? behind.WhenAtHead() : Task.CompletedTask;
    }

    /// <summary>Completes once the index has everything that the user's sessions have journaled up to this call.</summary>
    public Task WhenIndexed(UserId user)
    {
        lock (_lock)
        {
            return _byUser.TryGetValue(user, out var sessions)
                ? Task.WhenAll(sessions.Select(session => _behind[session].WhenAtHead()))
                : Task.CompletedTask;
        }
    }

    private void Remove(SessionId session)
    {
        if (!_behind.Remove(session, out var behind))
            return;
        behind.Complete(long.MaxValue);
        var sessions = _byUser[behind.Owner];
        sessions.Remove(session);
        if (sessions.Count == 0)
            _byUser.Remove(behind.Owner);
    }

    private sealed class Behind(UserId owner)
    {
        /// <summary>One entry per place that readers wait for, in order. All readers of a place share its entry.</summary>
        private readonly Queue<(long Seq, TaskCompletionSource Reached)> _waiting = new();
        private (long Seq, TaskCompletionSource Reached) _last;
        private long _head;

        public UserId Owner => owner;

        public void Advance(long head, long indexedThrough)
        {
            _head = head;
            Complete(indexedThrough);
        }

        public Task WhenAtHead()
        {
            if (_waiting.Count == 0 || _last.Seq != _head)
            {
                // Readers continue on the thread pool, not on the session's thread and not under the lock.
                _last = (_head, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                _waiting.Enqueue(_last);
            }

            return _last.Reached.Task;
        }

        public void Complete(long through)
        {
            while (_waiting.TryPeek(out var first) && first.Seq <= through)
                _waiting.Dequeue().Reached.SetResult();
        }
    }
}
