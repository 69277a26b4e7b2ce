using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Index;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.State;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Indexing;

/// <summary>
/// Reports the session's journaled events to the index writer of its node, one update at a time, and repeats an update until the writer
/// acknowledges it.
/// </summary>
/// <param name="actor">The session's actor; receives <see cref="RepeatedRequest.Due"/>.</param>
/// <param name="repeatAfter">Wait for an acknowledgement before an update is sent again.</param>
internal sealed class IndexReports(
    LoadedSession session,
    IActorRef writer,
    IndexLag lag,
    IWithTimers actor,
    TimeSpan repeatAfter,
    TimeProvider clock,
    ILoggingAdapter log
)
{
    private readonly IndexFeed _feed = new();
    private readonly RepeatedRequest _request = new(actor, repeatAfter, clock);

    /// <summary>Whether the index has everything.</summary>
    public bool IsComplete => _feed.IsEmpty;

    /// <inheritdoc cref="IndexFeed.IsFull" />
    public bool IsFull => _feed.IsFull;

    /// <inheritdoc cref="IndexFeed.IndexedThrough" />
    public long IndexedThrough => _feed.IndexedThrough;

    /// <inheritdoc cref="IndexFeed.Begin" />
    public void Begin(long seq, long indexedThrough) => _feed.Begin(session.State, seq, indexedThrough);

    /// <inheritdoc cref="IndexFeed.Note" />
    public void Note(SessionState before, ISessionEvent @event, long seq) => _feed.Note(before, @event, session.State, seq);

    /// <summary>
    /// Sends the next update if none is on its way. Comes before the event is shown: a client that sees the event may read it by REST at
    /// once, and the lag tells REST to wait.
    /// </summary>
    public void Send()
    {
        if (session.State.Owner is { } owner)
            lag.Report(session.Id, owner, _feed.Head, _feed.IndexedThrough);
        if (_feed.Next() is not { } update)
            return;
        _request.Start(new WriteUpdate(update), writer);
    }

    /// <summary>The index writer has not acknowledged the update in time (<see cref="RepeatedRequest.Due"/>).</summary>
    public void Repeat()
    {
        if (_feed.OnItsWay is { } update)
            log.Debug("The index has not acknowledged {Seq} within {Timeout}", update.Seq, repeatAfter);
        _request.Repeat();
    }

    /// <summary>The writer has acknowledged an update; false for a repeated acknowledgement.</summary>
    public bool Acknowledge(long seq)
    {
        if (!_feed.Acknowledge(seq))
            return false;
        _request.Answered();
        Send();
        return true;
    }

    /// <summary>The session leaves memory: its next incarnation reports the remaining updates.</summary>
    public void Stop() => lag.Forget(session.Id);
}
