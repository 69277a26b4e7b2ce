using Akka.Actor;
using Akka.Cluster.Sharding;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;

namespace Chatbox.Actors.Sessions.Passivation;

/// <summary>
/// Decides when a session leaves the memory of its node: without a running answer or transcription, without people who help or are asked for, and with
/// nothing left to report. Viewers of the same node stay, and the next incarnation goes on with them (<see cref="RestingViewers"/>).
/// </summary>
/// <param name="viewedFor">Idle time after which a session that was viewed leaves memory.</param>
/// <param name="unviewedFor">Idle time after which a session leaves memory that nobody has viewed, or in which nothing was ever said.</param>
/// <param name="stop">The message with which the shard stops the session.</param>
internal sealed class SessionRest(
    LoadedSession session,
    SessionJournal journal,
    SessionViewers viewers,
    RestingViewers resting,
    AudienceNews audience,
    IndexReports index,
    HelpReports help,
    IActorContext context,
    IWithTimers actor,
    TimeSpan viewedFor,
    TimeSpan unviewedFor,
    object stop
)
{
    /// <summary>Longest wait for the index before a session leaves memory. The next recovery reports the remaining updates.</summary>
    private static readonly TimeSpan LastIndexWait = TimeSpan.FromSeconds(5);

    private bool _wasViewed;
    private bool _isTrimming;
    private bool _isPassivating;
    private bool _isStopping;

    /// <summary>The index did not become complete in time. The actor passes it to <see cref="StopNow"/>.</summary>
    public sealed record IndexTooSlow : INoSerializationVerificationNeeded
    {
        public static IndexTooSlow Instance { get; } = new();
    }

    private bool IsIdle =>
        viewers.MayStay && session.State.IsAtRest() && session.State.Assistance.IsQuiet && index.IsComplete && help.IsComplete;

    /// <summary>A viewer has come.</summary>
    public void Viewed()
    {
        _wasViewed = true;
        BeginIfIdle();
    }

    /// <summary>
    /// Starts to wait if the session is idle. A device that viewed the session may soon be back. A session that only a crash or a hand-over
    /// woke has nobody to wait for; if it stayed, a rolling restart would move all sessions of the last minutes from node to node. And a
    /// session without a word costs nothing to wake: most people who look at one never speak.
    /// </summary>
    public void BeginIfIdle() =>
        context.SetReceiveTimeout(
            !IsIdle ? null
            : _wasViewed && journal.Head > 0 || viewedFor < unviewedFor ? viewedFor
            : unviewedFor
        );

    /// <summary>
    /// The wait is over. A command without a viewer may have put the session to work since it began, and a slow viewer may not have taken
    /// everything: then the session waits again. The journal is trimmed first, while the session still handles commands; without a
    /// confirmation from the store, the next end of the wait passivates the session.
    /// </summary>
    public void PassivateIfIdle()
    {
        if (Staying() is null)
            return;
        _isTrimming = journal.TrySnapshotForRest();
        if (!_isTrimming)
            Passivate();
    }

    /// <summary>The journal was trimmed below its snapshot, or could not be.</summary>
    public void Trimmed()
    {
        if (_isTrimming)
            PassivateIfIdle();
    }

    /// <summary>Asks the shard to stop the session and to forget it.</summary>
    public void Passivate()
    {
        _isPassivating = true;
        context.Parent.Tell(new Passivate(stop));
    }

    /// <summary>
    /// Stops the session. A hand-over stops at once, because the session wakes on its new node by itself. A passivated session is
    /// forgotten, so it waits for the index first.
    /// </summary>
    public void StopOnceIndexed()
    {
        if (!_isPassivating || index.IsComplete)
        {
            StopNow();
            return;
        }

        _isStopping = true;
        actor.Timers.StartSingleTimer(nameof(IndexTooSlow), IndexTooSlow.Instance, LastIndexWait);
    }

    /// <summary>The index has taken an update.</summary>
    public void IndexAdvanced()
    {
        if (_isStopping && index.IsComplete)
            StopNow();
        else
            BeginIfIdle();
    }

    /// <summary>
    /// Stops the session. The viewers of a passivated session stay, if nothing has happened meanwhile. All others hear that the session
    /// has stopped, and attach to its next incarnation.
    /// </summary>
    public void StopNow()
    {
        if (_isPassivating && Staying() is { Count: > 0 } staying)
            resting.Rest(session.Id, context.Parent, staying);
        context.Stop(context.Self);
    }

    /// <summary>The viewers that stay if the session leaves memory now; null if it may not.</summary>
    private IReadOnlyList<RestingViewers.Viewer>? Staying() => IsIdle && (viewers.IsEmpty || audience.IsSilent) ? viewers.Settled() : null;
}
