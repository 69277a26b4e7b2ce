using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>The session's feed of an index that is late, forgets, and hears things twice; and the snapshots that depend on it.</summary>
internal sealed partial class SimulatedSession
{
    /// <summary>What is under way to the index and back, each with the life of the session that it belongs to.</summary>
    private readonly Queue<(int Life, SessionUpdate Update)> _toIndex = new();
    private readonly Queue<(int Life, long Seq)> _fromIndex = new();

    private IndexFeed _feed = new();
    private int _life;
    private (long Seq, byte[] Bytes)? _snapshot;

    public SimulatedIndex Index { get; } = new();

    /// <summary>The index takes what comes next, and says so.</summary>
    public void IndexTakes()
    {
        if (!_toIndex.TryDequeue(out var next))
            return;
        Index.Apply(next.Update);
        _fromIndex.Enqueue((next.Life, next.Update.Seq));
    }

    /// <summary>What comes next does not arrive.</summary>
    public void IndexLoses() => _toIndex.TryDequeue(out _);

    /// <summary>The session hears from the index; what was meant for an earlier life of it is lost.</summary>
    public void IndexAcknowledges()
    {
        if (_fromIndex.TryDequeue(out var next) && next.Life == _life && _feed.Acknowledge(next.Seq))
        {
            TellIndex();
            PumpAll();
        }
    }

    /// <summary>The session has waited for long enough.</summary>
    public void IndexIsAskedAgain()
    {
        if (_feed.OnItsWay is { } update)
            _toIndex.Enqueue((_life, update));
    }

    /// <summary>Until the index has everything.</summary>
    public void CatchUp()
    {
        while (!_feed.IsEmpty)
        {
            IndexIsAskedAgain();
            while (_toIndex.Count > 0)
                IndexTakes();
            while (_fromIndex.Count > 0)
                IndexAcknowledges();
        }
    }

    /// <summary>As the actor does it: only where the index has everything.</summary>
    public void SaveSnapshot()
    {
        if (_feed.IsEmpty)
            _snapshot = (_journal.Count, ChatboxWire.Table.For(typeof(SessionSnapshot)).Write(State.ToSnapshot(_journal.Count)));
    }

    private void Recover(bool withSnapshot)
    {
        _life++;
        _feed = new IndexFeed();
        var from = 0;
        if (withSnapshot && _snapshot is { } saved)
        {
            var snapshot = (SessionSnapshot)ChatboxWire.Table.For(typeof(SessionSnapshot)).Read(saved.Bytes);
            _view.State = SessionState.From(snapshot) with { Bounds = _bounds };
            _feed.Begin(_view.State, saved.Seq, snapshot.IndexedThrough);
            from = (int)saved.Seq;
        }

        for (var n = from; n < _journal.Count; n++)
            Follow(_journal[n], n + 1);
        TellIndex();
    }

    private void Follow(ISessionEvent @event, long seq)
    {
        var before = _view.State;
        _view.State = before.Apply(@event, seq);
        _feed.Note(before, @event, _view.State, seq);
    }

    private void TellIndex()
    {
        if (_feed.Next() is { } update)
            _toIndex.Enqueue((_life, update));
    }
}

/// <summary>Does with updates what an index promises.</summary>
internal sealed class SimulatedIndex
{
    private readonly SortedDictionary<long, IndexedMessage> _messages = [];
    private readonly HashSet<MessageId> _superseded = [];
    private long _seq;

    public SessionSummary? Summary { get; private set; }

    public IEnumerable<(long Seq, MessageId Id, string Content, bool Superseded)> Messages =>
        _messages.Values.Select(m => (m.Seq, m.MessageId, m.Content, m.Superseded || _superseded.Contains(m.MessageId)));

    public void Apply(SessionUpdate update)
    {
        if (update.Seq <= _seq)
            return;
        foreach (var message in update.Messages)
            _messages.TryAdd(message.Seq, message);
        _superseded.UnionWith(update.Superseded);
        (_seq, Summary) = (update.Seq, update.Summary);
    }
}
