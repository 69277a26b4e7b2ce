using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>The session tells the index what it has journaled, and takes a snapshot only where the index has everything.</summary>
public sealed partial class SessionActor
{
    /// <summary>Longest that a session which leaves memory waits for the index; what it lacks then, it is told at the next recovery.</summary>
    private static readonly TimeSpan LastIndexWait = TimeSpan.FromSeconds(5);

    private readonly IndexFeed _feed = new();
    private long _sinceSnapshot;
    private bool _resting;
    private bool _stopping;

    private sealed record IndexSilent : INoSerializationVerificationNeeded;

    private sealed record IndexTooSlow : INoSerializationVerificationNeeded;

    private void FeedsIndex()
    {
        Command<UpdateWritten>(Handle);
        Command<IndexSilent>(_ => RepeatUpdate());
        Command<IndexTooSlow>(_ => StopNow());
    }

    private void Begin(SessionSnapshot snapshot, long seq)
    {
        State = SessionState.From(snapshot) with { Bounds = _with.Options.Bounds };
        _feed.Begin(State, seq, snapshot.IndexedThrough);
    }

    private void Follow(ISessionEvent @event)
    {
        var before = State;
        State = State.Apply(@event, LastSequenceNr);
        _feed.Note(before, @event, State, LastSequenceNr);
        _sinceSnapshot++;
    }

    /// <summary>Before anything is shown of the event: whoever reads it on a screen may read it by REST at once.</summary>
    private void TellIndex()
    {
        if (State.Owner is { } owner)
            _with.Lag.Report(_id, owner, _feed.Head, _feed.IndexedThrough);
        if (_feed.Next() is not { } update)
            return;
        _with.IndexWriter.Tell(new WriteUpdate(update));
        Timers.StartPeriodicTimer(nameof(IndexSilent), new IndexSilent(), _with.Options.IndexTimeout);
    }

    private void RepeatUpdate()
    {
        if (_feed.OnItsWay is not { } update)
            return;
        _log.Debug("The index has not acknowledged {Seq} within {Timeout}", update.Seq, _with.Options.IndexTimeout);
        _with.IndexWriter.Tell(new WriteUpdate(update));
    }

    private void Handle(UpdateWritten written)
    {
        // Sent twice because the index was slow, it is acknowledged twice.
        if (!_feed.Acknowledge(written.Seq))
            return;
        Timers.Cancel(nameof(IndexSilent));
        TellIndex();
        SnapshotIfDue();

        // A viewer that must read the history waits until the history has what it lacks.
        _viewers.Pump();
        if (_stopping && _feed.IsEmpty)
            StopNow();
        else
            RestIfIdle();
    }

    /// <summary>Only where the index has everything: what it lacks is what recovery replays.</summary>
    private void SnapshotIfDue()
    {
        if (_sinceSnapshot < _with.Options.SnapshotEvery || !_feed.IsEmpty)
            return;
        _sinceSnapshot = 0;
        KeepSnapshot(State.ToSnapshot(LastSequenceNr));
    }

    /// <summary>Asks to leave memory.</summary>
    private void Rest()
    {
        _resting = true;
        Context.Parent.Tell(new Passivate(StopSession.Instance));
    }

    /// <summary>
    /// A session that is handed over goes at once: it wakes on its new node by itself. One that rests is forgotten, so the index should
    /// have everything first.
    /// </summary>
    private void StopOnceIndexed()
    {
        if (!_resting || _feed.IsEmpty)
        {
            StopNow();
            return;
        }

        _stopping = true;
        Timers.StartSingleTimer(nameof(IndexTooSlow), new IndexTooSlow(), LastIndexWait);
    }

    private void StopNow() => Context.Stop(Self);
}
