using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>A session's reports to an index that is late, loses updates and receives some of them twice.</summary>
internal sealed class SimulatedReports
{
    /// <summary>Updates and acknowledgements on their way, each with the incarnation of the session that it belongs to.</summary>
    private readonly Queue<(int Incarnation, SessionUpdate Update)> _toIndex = new();
    private readonly Queue<(int Incarnation, long Seq)> _fromIndex = new();

    private IndexFeed _feed = new();
    private int _incarnation;

    public SimulatedIndex Index { get; } = new();

    public bool IsComplete => _feed.IsEmpty;

    public long IndexedThrough => _feed.IndexedThrough;

    /// <summary>The index takes the next update and acknowledges it.</summary>
    public void Take()
    {
        if (!_toIndex.TryDequeue(out var next))
            return;
        Index.Apply(next.Update);
        _fromIndex.Enqueue((next.Incarnation, next.Update.Seq));
    }

    /// <summary>The next update does not arrive.</summary>
    public void Lose() => _toIndex.TryDequeue(out _);

    /// <summary>The next acknowledgement arrives, unless it is for an earlier incarnation. True if the index has advanced.</summary>
    public bool Acknowledge()
    {
        if (!_fromIndex.TryDequeue(out var next) || next.Incarnation != _incarnation || !_feed.Acknowledge(next.Seq))
            return false;
        Send();
        return true;
    }

    /// <summary>The session has waited long enough for an acknowledgement.</summary>
    public void Repeat()
    {
        if (_feed.OnItsWay is { } update)
            _toIndex.Enqueue((_incarnation, update));
    }

    /// <summary>The session starts anew: its memory of the index is lost.</summary>
    public void StartAnew()
    {
        _incarnation++;
        _feed = new IndexFeed();
    }

    public void Begin(SessionState state, long seq, long indexedThrough) => _feed.Begin(state, seq, indexedThrough);

    public void Note(SessionState before, ISessionEvent @event, SessionState after, long seq) => _feed.Note(before, @event, after, seq);

    public void Send()
    {
        if (_feed.Next() is { } update)
            _toIndex.Enqueue((_incarnation, update));
    }

    /// <summary>Everything on its way arrives.</summary>
    public void Deliver(Action acknowledge)
    {
        Repeat();
        while (_toIndex.Count > 0)
            Take();
        while (_fromIndex.Count > 0)
            acknowledge();
    }
}
