namespace Chatbox.Actors.Models;

/// <summary>
/// Paces the pieces of all answers on a node: after its first piece, an answer sends at most one piece per interval. Nobody reads faster than
/// a screen paints, and each piece costs every stage up to the client's screen the same, however long it is.
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

    /// <summary>Reminds the answer of its gathered text at each interval, until the text has ended.</summary>
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

    /// <summary>Answers that send at the same moments. Its timer runs while there are answers.</summary>
    private sealed class Group : IDisposable
    {
        private readonly List<PieceSender> _answers = [];
        private readonly Lock _gate = new();
        private readonly TimeSpan _interval;
        private readonly ITimer _timer;

        public Group(TimeSpan interval, TimeProvider clock)
        {
            _interval = interval;
            _timer = clock.CreateTimer(_ => SendGathered(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
                _answers.Add(answer);
                if (_answers.Count == 1)
                    _timer.Change(_interval, _interval);
            }
        }

        public void Dispose() => _timer.Dispose();

        private void SendGathered()
        {
            lock (_gate)
            {
                _answers.RemoveAll(answer => !answer.SendGathered());
                if (_answers.Count == 0)
                    _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
