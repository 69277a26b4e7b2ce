using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Telemetry;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Actors.Index.IndexQueue;

namespace Chatbox.Actors.Index;

/// <summary>
/// Writes the updates of this node's sessions into the index. While one transaction runs, and for a while after its begin, later updates gather into the
/// next: a transaction costs about the same for one update and for many. Retries without end: sessions wait for the acknowledgement, and save no snapshot that the index has not caught up with.
/// </summary>
public sealed class IndexWriterActor : ReceiveActor, IWithTimers
{
    private sealed record Written(int Attempt) : INoSerializationVerificationNeeded;

    private sealed record NotWritten(int Attempt, Exception Cause) : INoSerializationVerificationNeeded;

    private sealed record Gathered : INoSerializationVerificationNeeded;

    private sealed record TryAgain : INoSerializationVerificationNeeded;

    private sealed record TryRefused : INoSerializationVerificationNeeded;

    /// <summary>Wait before the first retry. Doubles with each retry, up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for one transaction. Whether a later one took place is unknown, so it is written again.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Wait before a retry of an update that a working store refuses.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(1);

    private readonly ISessionIndex _index;
    private readonly IndexState _state;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _gathering;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();

    private readonly IndexQueue _waiting = new();

    /// <summary>The updates of a refused batch. Each is written alone, to find the one that the store refuses.</summary>
    private readonly Queue<Entry> _alone = new();

    private readonly IndexQueue _refused = new();

    /// <summary>The batch that is being written, or waits for its retry.</summary>
    private IReadOnlyList<Entry> _batch = [];
    private int _attempt;
    private int _failures;
    private long? _started;

    /// <param name="gathering">Least time between the begins of two transactions, as long as the second is not full; zero for none.</param>
    public IndexWriterActor(ISessionIndex index, IndexState state, IChatboxMetrics metrics, TimeProvider clock, TimeSpan gathering)
    {
        (_index, _state, _metrics, _clock, _gathering) = (index, state, metrics, clock, gathering);
        Receive<WriteUpdate>(write => Handle(new Entry(write.Update.Summary.SessionId, write.Update, Sender)));
        Receive<RemoveSession>(erase => Handle(new Entry(erase.SessionId, null, Sender)));
        Receive<Written>(written => written.Attempt == _attempt, _ => HandleWritten());
        Receive<NotWritten>(failed => failed.Attempt == _attempt, failed => Handle(failed.Cause));
        Receive<Gathered>(_ => WriteNext(hasGathered: true));
        Receive<TryAgain>(_ => Write());
        Receive<TryRefused>(_ => RetryRefused());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Handle(Entry entry)
    {
        _waiting.Add(entry);
        WriteNext();
    }

    private void WriteNext(bool hasGathered = false)
    {
        if (_batch.Count > 0 || (!hasGathered && Gathers()))
            return;
        _batch = _alone.TryDequeue(out var entry) ? [entry] : _waiting.Take();
        if (_batch.Count > 0)
            Write();
    }

    private bool Gathers()
    {
        if (_alone.Count > 0 || _waiting.Count is 0 or >= IndexQueue.MaxUpdates || _started is not { } started)
            return false;
        var left = _gathering - _clock.GetElapsedTime(started);
        if (left <= TimeSpan.Zero)
            return false;
        if (!Timers.IsTimerActive(nameof(Gathered)))
            Timers.StartSingleTimer(nameof(Gathered), new Gathered(), left);
        return true;
    }

    private void Write()
    {
        var attempt = ++_attempt;
        var batch = _batch;
        _started = _clock.GetTimestamp();
        // On the thread pool: an embedded store works on the caller's thread.
        Task.Run(() => Store(batch)).PipeTo(Self, success: () => new Written(attempt), failure: cause => new NotWritten(attempt, cause));
    }

    private async Task Store(IReadOnlyList<Entry> batch)
    {
        using var deadline = new CancellationTokenSource(WriteTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        if (batch is [{ Update: null } erasure])
            await _index.Erase(erasure.SessionId, either.Token);
        else
            await _index.Apply([.. batch.Select(entry => entry.Update!)], either.Token);
    }

    private void HandleWritten()
    {
        _metrics.Journaled("index", _clock.GetElapsedTime(_started!.Value));
        if (_failures > 0)
            _log.Info("The index can be written again after {Failures} failed attempts", _failures);
        _failures = 0;
        _state.Set(failing: false);
        foreach (var entry in _batch)
        {
            object reply = entry.Update is { } update
                ? new UpdateWritten(entry.SessionId, update.Seq)
                : new SessionRemoved(entry.SessionId);
            entry.ReplyTo.Tell(reply);
        }

        _batch = [];
        WriteNext();
    }

    private void Handle(Exception cause)
    {
        if (cause is IndexUnavailableException or OperationCanceledException)
            PauseAfter(cause);
        else
            SetAside(cause);
    }

    private void PauseAfter(Exception cause)
    {
        _state.Set(failing: true);
        if (_failures++ == 0)
            _log.Warning(
                cause,
                "The index cannot be written; {Sessions} sessions wait, and the write is retried without end",
                _batch.Count
            );
        var pause = FirstPause * Math.Pow(2, Math.Min(_failures - 1, 16));
        Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), pause < LongestPause ? pause : LongestPause);
    }

    /// <summary>The store works but refuses the batch: other updates must not wait for an update that may never be written.</summary>
    private void SetAside(Exception cause)
    {
        if (_batch is [var entry])
        {
            _log.Error(cause, "The index refuses session {Session}; the write is retried every {Pause}", entry.SessionId, RefusedPause);
            _refused.Add(entry);
            if (!Timers.IsTimerActive(nameof(TryRefused)))
                Timers.StartSingleTimer(nameof(TryRefused), new TryRefused(), RefusedPause);
        }
        else
        {
            foreach (var suspect in _batch)
                _alone.Enqueue(suspect);
        }

        _batch = [];
        WriteNext();
    }

    private void RetryRefused()
    {
        while (_refused.Count > 0)
        {
            foreach (var entry in _refused.Take())
                _alone.Enqueue(entry);
        }

        WriteNext();
    }
}
