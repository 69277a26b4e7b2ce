using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.HelpDesk;
using Chatbox.Messages.Notifications;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;

namespace Chatbox.Actors.HelpDesk;

/// <summary>
/// The queue of the people who want a human: tells each waiting session its place, and raises an incident for each request and each
/// escalation. Sessions report how they stand until the report is in this journal. Lives once in the cluster.
/// </summary>
public sealed class HelpDeskActor : JournaledSingletonActor, IWithTimers
{
    /// <summary>
    /// Places are told again at this interval, because such a message can be lost. The session shows only a place that has changed.
    /// </summary>
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a timer: beyond it, the desk looks again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly HelpDeskOptions _options;
    private readonly Func<IActorRef> _sessions;
    private readonly IIncidents _incidents;
    private readonly IAdminFeed _feed;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private HelpDeskState _state = HelpDeskState.Empty;

    /// <param name="sessions">Returns the session region, once the node has one.</param>
    public HelpDeskActor(
        HelpDeskOptions options,
        Func<IActorRef> sessions,
        IIncidents incidents,
        IAdminFeed feed,
        IChatboxMetrics metrics,
        TimeProvider clock
    )
        : base("help desk") =>
        (_options, _sessions, _incidents, _feed, _metrics, _clock) = (options, sessions, incidents, feed, metrics, clock);

    /// <summary>Stops the desk, which moves to another node.</summary>
    public sealed record StopHelpDesk : INoSerializationVerificationNeeded
    {
        public static StopHelpDesk Instance { get; } = new();
    }

    private sealed record EscalationDue : INoSerializationVerificationNeeded;

    private sealed record TellDue : INoSerializationVerificationNeeded;

    public override string PersistenceId => "help-desk";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override object ToSnapshot() => _state.ToSnapshot(_clock.GetUtcNow());

    protected override void Restore(object snapshot) => _state = HelpDeskState.From((HelpDeskSnapshot)snapshot);

    protected override bool TryFollow(object @event)
    {
        if (@event is not IHelpDeskEvent known)
            return false;
        _state = _state.Apply(known);
        return true;
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case ReportHelp report:
                Handle(report);
                break;
            case GetHelpQueue:
                Sender.Tell(Queue());
                break;
            case EscalationDue:
                Escalate();
                break;
            case TellDue:
                TellPlaces();
                break;
            case StopHelpDesk:
                Context.Stop(Self);
                break;
            default:
                HandleStored(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _metrics.HelpDesk(null);
        base.PostStop();
    }

    /// <summary>
    /// Recovery is over. Incidents are raised once more: the last incarnation may have died before the outbox had them, and the outbox
    /// recognises those that it has.
    /// </summary>
    protected override void Begin()
    {
        foreach (var one in _state.Queue)
        {
            Raise(HelpIncidents.Requested(one));
            if (one.EscalatedAt is not null)
                Raise(HelpIncidents.Escalated(one));
        }

        Timers.StartPeriodicTimer(nameof(TellDue), new TellDue(), TellAgain);
        Escalate();
    }

    private void Handle(ReportHelp report)
    {
        var (sender, reported) = (Sender, new HelpReported(report.SessionId, report.Seq));
        if (_state.Note(report, _clock.GetUtcNow()) is not { } noted)
        {
            sender.Tell(reported);
            return;
        }

        var before = _state.Of(report.SessionId);
        Persist(
            noted,
            e =>
            {
                Follow(e);
                sender.Tell(reported);
                Tell(before, _state.Of(e.SessionId)!);
                Escalate();
            }
        );
    }

    /// <summary>Tells admins and the metrics what is new about one session.</summary>
    private void Tell(HelpCase? before, HelpCase now)
    {
        var (was, stands) = (before?.Standing, now.Standing);
        if (before?.IsQueued() == true != now.IsQueued())
            _feed.Publish(HelpNews.QueueChanged(now, _state.Queue.Count, _clock.GetUtcNow()));
        if (stands.Incident is not null && was?.Incident != stands.Incident)
            Raise(HelpIncidents.Requested(now));
        if (stands is { HolderId: not null, TakenAt: { } taken, QueuedAt: { } queued } && was?.HolderId is null)
            _metrics.HelpTaken(taken - queued);
        if (stands is { FirstReplyAt: { } reply, RequestedAt: { } requested } && was?.FirstReplyAt is null)
            _metrics.HelpAnswered(reply - requested);
    }

    /// <summary>Journals the escalations that are due, and waits for the next one.</summary>
    private void Escalate()
    {
        var due = _state.Escalate(_options, _clock.GetUtcNow());
        if (due.Count == 0)
        {
            Wait();
            return;
        }

        PersistAll(
            due,
            e =>
            {
                Follow(e);
                if (_state.Of(e.SessionId) is not { } one || !one.IsQueued())
                    return;
                Raise(HelpIncidents.Escalated(one));
                _feed.Publish(HelpNews.Escalated(one, _clock.GetUtcNow()));
            }
        );
        DeferAsync(due, _ => Wait());
    }

    private void Wait()
    {
        TellPlaces();
        var now = _clock.GetUtcNow();
        var next = Earliest(_state.NextEscalation(_options), _state.Queue.Count > 0 ? _options.Hours.NextChange(now) : null);
        if (next is not { } moment)
            Timers.Cancel(nameof(EscalationDue));
        else
            Timers.StartSingleTimer(nameof(EscalationDue), new EscalationDue(), Clamp(moment - now));
    }

    private void TellPlaces()
    {
        var (queue, now) = (_state.Queue, _clock.GetUtcNow());
        var notice = HelpTexts.Notice(_options.Hours, now);
        foreach (var (index, one) in queue.Index())
            _sessions().Tell(new ShowQueuePlace(one.SessionId, index + 1, queue.Count, notice));
        _metrics.HelpDesk(
            new HelpDeskGauges(
                queue.Count,
                queue.Count == 0 ? TimeSpan.Zero : now - queue.Min(one => one.Standing.RequestedAt ?? now),
                _state.Held.Count
            )
        );
    }

    private HelpQueue Queue()
    {
        var now = _clock.GetUtcNow();
        return new HelpQueue([.. _state.Queue, .. _state.Held], _options.Hours.AreOpen(now) ? null : _options.Hours.NextOpen(now));
    }

    private void Follow(IHelpDeskEvent @event)
    {
        _state = _state.Apply(@event);
        SnapshotIfDue();
    }

    private void Raise(Incident incident) => _incidents.Raise(incident);

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other
        : other is null || one < other ? one
        : other;

    private static TimeSpan Clamp(TimeSpan wait) =>
        wait < TimeSpan.Zero ? TimeSpan.Zero
        : wait > LongestWait ? LongestWait
        : wait;
}
