using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// Tells admins of incidents. It journals an incident before it confirms it, and what it has sent after the recipient's server accepted it,
/// so nothing is forgotten. A notification is repeated only if the process dies between these two, under the same id. Lives once in the
/// cluster.
/// </summary>
public sealed class NotificationOutboxActor : JournaledSingletonActor, IWithTimers
{
    /// <summary>Longest wait for attempts that are under way, when the outbox moves to another node.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyDictionary<string, INotificationChannel> _channels;
    private readonly NotificationOptions _options;
    private readonly SentNotifications _sent;
    private readonly IAdminFeed _feed;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly DeliverySchedule _schedule;
    private OutboxState _state = OutboxState.Empty;
    private bool _isStopping;

    public NotificationOutboxActor(
        IEnumerable<INotificationChannel> channels,
        NotificationOptions options,
        SentNotifications sent,
        IAdminFeed feed,
        IChatboxMetrics metrics,
        TimeProvider clock
    )
        : base("outbox")
    {
        _channels = channels.ToDictionary(channel => channel.Target);
        (_options, _sent, _feed, _metrics, _clock) = (options, sent, feed, metrics, clock);
        _schedule = new DeliverySchedule(options.FirstPause, options.LongestPause);
    }

    /// <summary>Stops the outbox after the attempts that are under way.</summary>
    public sealed record StopOutbox : INoSerializationVerificationNeeded
    {
        public static StopOutbox Instance { get; } = new();
    }

    private sealed record Attempted(WaitingIncident Waiting, string Target, SendOutcome Outcome) : INoSerializationVerificationNeeded;

    private sealed record DeliveriesDue : INoSerializationVerificationNeeded;

    private sealed record StopNow : INoSerializationVerificationNeeded;

    public override string PersistenceId => "notification-outbox";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override object ToSnapshot() => _state.ToSnapshot();

    protected override void Restore(object snapshot) => _state = OutboxState.From((OutboxSnapshot)snapshot);

    protected override bool TryFollow(object @event)
    {
        if (@event is not IOutboxEvent known)
            return false;
        _state = _state.Apply(known);
        return true;
    }

    protected override void Begin() => Self.Tell(new DeliveriesDue());

    protected override void Handle(object message)
    {
        switch (message)
        {
            case RaiseIncident raise:
                Handle(raise);
                break;
            case RegisterNode register:
                var started = _state.Start(register.Node, _clock.GetUtcNow(), TakeCrash);
                Write(started, new NodeNoted(register.Node));
                break;
            case DeregisterNode deregister:
                var stopped = _state.Stop(deregister.Node, _clock.GetUtcNow());
                Write(stopped is null ? [] : [stopped], new NodeNoted(deregister.Node));
                break;
            case Attempted attempted:
                Handle(attempted);
                break;
            case DeliveriesDue:
                Deliver();
                break;
            case StopOutbox:
                Stop();
                break;
            case StopNow:
                Context.Stop(Self);
                break;
            default:
                HandleStored(message);
                break;
        }
    }

    protected override void PostStop()
    {
        foreach (var channel in ChannelName.All)
            _metrics.NotificationsWaiting(channel, null);
        base.PostStop();
    }

    private void Handle(RaiseIncident raise)
    {
        var taken = Take(_state, raise.Incident);
        Write(taken is null ? [] : [taken], new IncidentRaised(raise.Incident.Id));
    }

    private IncidentTaken? TakeCrash(OutboxState state, NodeIncarnation former) =>
        Take(state, NodeIncidents.Crash(former, _clock.GetUtcNow(), "restarted"));

    private IncidentTaken? Take(OutboxState state, Incident incident) =>
        state.Take(
            incident,
            _options.Of(incident.Kind, _channels.Values).Select(channel => channel.Target),
            _options.PerHour,
            _clock.GetUtcNow()
        );

    /// <summary>Journals the events, replies, and tells whom they concern.</summary>
    private void Write(IReadOnlyCollection<IOutboxEvent> events, object reply)
    {
        var sender = Sender;
        if (events.Count == 0)
        {
            sender.Tell(reply);
            return;
        }

        PersistAll(events, Follow);
        // Runs behind the events, or at once if there are none.
        DeferAsync(
            reply,
            _ =>
            {
                sender.Tell(reply);
                Deliver();
            }
        );
    }

    private void Follow(IOutboxEvent @event)
    {
        _state = _state.Apply(@event);
        if (@event is IncidentTaken { IsOverLimit: true } taken)
        {
            Log.Warning("Nobody is told of incident {Incident}: there are too many of its kind", taken.Incident.Id);
            foreach (var channel in _options.Of(taken.Incident.Kind, _channels.Values).Select(c => c.Channel).Distinct())
                _metrics.NotificationAttempted(channel, "over_limit");
        }

        SnapshotIfDue();
    }

    private void Deliver()
    {
        if (_isStopping)
            return;
        var now = _clock.GetUtcNow();
        foreach (var (waiting, target) in _schedule.Begin(_state.Waiting, now))
            Attempt(waiting, target);
        foreach (var channel in _channels.Values.Select(channel => channel.Channel).Distinct())
            _metrics.NotificationsWaiting(channel, _state.Waiting.Sum(w => w.Targets.Count(target => ChannelName.Of(target) == channel)));
        if (_schedule.NextDue(_state.Waiting) is { } due)
            Timers.StartSingleTimer(nameof(DeliveriesDue), new DeliveriesDue(), due > now ? due - now : TimeSpan.Zero);
    }

    private void Attempt(WaitingIncident waiting, string target)
    {
        var id = waiting.Incident.Id;
        if (_sent.Contains(id, target))
            Self.Tell(new Attempted(waiting, target, new SendOutcome.Sent()));
        else if (_channels.TryGetValue(target, out var channel))
            Send(channel, new Notification(waiting.Incident, target, waiting.Untold))
                .PipeTo(Self, Self, outcome => new Attempted(waiting, target, outcome));
        else
            Self.Tell(new Attempted(waiting, target, new SendOutcome.Refused("the recipient is no longer configured")));
    }

    private async Task<SendOutcome> Send(INotificationChannel channel, Notification notification)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, _clock);
        try
        {
            // On the thread pool, and not awaited for longer than the deadline: a channel that hangs must hold nobody up.
            var outcome = await Task.Run(() => channel.Send(notification, deadline.Token), deadline.Token)
                .WaitAsync(_options.Timeout, _clock);
            if (outcome is SendOutcome.Sent)
                _sent.Add(notification.Incident.Id, notification.Target);
            return outcome;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return new SendOutcome.Retry($"no answer within {_options.Timeout}");
        }
        catch (Exception e)
        {
            return new SendOutcome.Retry(e.GetType().Name);
        }
    }

    private void Handle(Attempted attempted)
    {
        var (id, target, now) = (attempted.Waiting.Incident.Id, attempted.Target, _clock.GetUtcNow());
        var channel = ChannelName.Of(target);
        switch (attempted.Outcome)
        {
            case SendOutcome.Sent:
                Finish(new NotificationSent(id, target, now), "sent");
                break;
            case SendOutcome.Retry retry when now - attempted.Waiting.TakenAt < _options.GiveUpAfter:
                Log.Warning("Incident {Incident} could not be told by {Channel}: {Reason}. It is tried again", id, channel, retry.Reason);
                _metrics.NotificationAttempted(channel, "failed");
                _schedule.Fail(id, target, retry.After, now);
                Continue();
                break;
            case SendOutcome.Retry retry:
                Abandon(retry.Reason);
                break;
            case SendOutcome.Refused refused:
                Abandon(refused.Reason);
                break;
        }

        void Abandon(string reason)
        {
            Log.Error("Incident {Incident} is not told by {Channel}, and is not tried again: {Reason}", id, channel, reason);
            Finish(new NotificationAbandoned(id, target, now), "abandoned");
        }

        void Finish(IOutboxEvent @event, string outcome) =>
            Persist(
                @event,
                e =>
                {
                    Follow(e);
                    _sent.Remove(id, target);
                    _metrics.NotificationAttempted(channel, outcome);
                    if (e is NotificationAbandoned)
                        _feed.Publish(NodeIncidents.NotTold(attempted.Waiting.Incident, channel, now));
                    _schedule.End(id, target);
                    Continue();
                }
            );
    }

    private void Continue()
    {
        if (_isStopping && !_schedule.IsBusy)
            Context.Stop(Self);
        else
            Deliver();
    }

    private void Stop()
    {
        _isStopping = true;
        if (!_schedule.IsBusy)
            Context.Stop(Self);
        else
            Timers.StartSingleTimer(nameof(StopNow), new StopNow(), StopWait);
    }
}
