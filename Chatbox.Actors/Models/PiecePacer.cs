namespace Chatbox.Actors.Models;

/// <summary>
/// Gives the answers of a node their turns: after its first piece, an answer reads its provider and sends a piece once per interval. Nobody reads
/// faster than a screen paints, and each read and each piece cost every stage up to the client's screen the same, however long they are.
/// </summary>
/// <remarks>
/// The answers share a few timers, so that a hundred answers do not wake a hundred threads, and not all answers send at the same moment.
/// </remarks>
internal sealed class PiecePacer : IDisposable
{
    private const int GroupCount = 4;

    private readonly Group[] _groups;
    private readonly Lock _gate = new();

    /// <param name="interval">More than zero.</param>
    public PiecePacer(TimeSpan interval, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _groups = [.. Enumerable.Range(0, GroupCount).Select(_ => new Group(interval, clock))];
    }

    /// <summary>Gives the answer a turn in each interval, until its text has ended.</summary>
    public void Pace(PieceSender answer)
    {
        lock (_gate)
            _groups.MinBy(group => group.Count)!.Add(answer);
    }

    public void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
    }

    /// <summary>Answers that have their turns one after the other, on one thread. Their timer runs while there are answers.</summary>
    private sealed class Group : IDisposable
    {
        private readonly HashSet<PieceSender> _answers = new(ReferenceEqualityComparer.Instance);
        private readonly List<PieceSender> _now = [];
        private readonly Lock _gate = new();
        private readonly TimeSpan _interval;
        private readonly ITimer _timer;
        private bool _isUnderWay;

        public Group(TimeSpan interval, TimeProvider clock)
        {
            _interval = interval;
            _timer = clock.CreateTimer(_ => TakeTurns(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public int Count
        {
            get
            {
                lock (_gate)
                    return _answers.Count;
            }
        }

        public void Add(PieceSender answer)
        {
            lock (_gate)
            {
                if (_answers.Add(answer) && _answers.Count == 1)
                    _timer.Change(_interval, _interval);
            }
        }

        public void Dispose() => _timer.Dispose();

        private void TakeTurns()
        {
            lock (_gate)
            {
                // Late turns do not pile up: the next one sends what has gathered meanwhile.
                if (_isUnderWay)
                    return;
                _isUnderWay = true;
                _now.AddRange(_answers);
            }

            // Not under the lock: new answers do not wait for the turns of others.
            _now.RemoveAll(answer => answer.TakeTurn());

            lock (_gate)
            {
                _isUnderWay = false;
                _answers.ExceptWith(_now);
                _now.Clear();
                if (_answers.Count == 0)
                    _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
