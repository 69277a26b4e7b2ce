using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Feed;
using Chatbox.Messages.Feed;
using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// Carries this node's incidents to the outbox: each again and again until the outbox has it. Those about models and the store are also
/// events in the feed of admins.
/// </summary>
public sealed class IncidentsActor : ReceiveActor, IWithTimers
{
    /// <summary>Greatest number of incidents without a reply. The oldest make room for new ones.</summary>
    private const int MaxPending = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private sealed record RepeatDue : INoSerializationVerificationNeeded;

    private readonly OrderedDictionary<IncidentId, Incident> _pending = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _outbox;
    private readonly string _node;
    private readonly IAdminFeed _feed;

    /// <param name="outbox">The way to the outbox.</param>
    /// <param name="node">How the node calls itself; a fact of every incident.</param>
    public IncidentsActor(IActorRef outbox, string node, IAdminFeed feed)
    {
        (_outbox, _node, _feed) = (outbox, node, feed);
        Receive<Incident>(Raise);
        Receive<IncidentRaised>(raised => _pending.Remove(raised.IncidentId));
        Receive<RepeatDue>(_ => Repeat());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(RepeatDue), new RepeatDue(), Interval);

    private void Raise(Incident incident)
    {
        var full = incident with { Facts = incident.Facts.SetItem("node", _node) };
        if (_pending.Count >= MaxPending)
        {
            _log.Error("Incident {Incident} is lost: the outbox cannot be reached, and too many incidents wait", _pending.GetAt(0).Key);
            _pending.RemoveAt(0);
        }

        if (TypeOf(full) is { } type && !_pending.ContainsKey(full.Id))
            _feed.Publish(new FeedEvent(type, full.At) { Facts = full.Facts });
        _pending[full.Id] = full;
        _outbox.Tell(new RaiseIncident(full));
    }

    private static string? TypeOf(Incident incident) =>
        incident.Kind switch
        {
            IncidentKind.ModelDown => incident.IsOver ? FeedEventType.ModelRecovered : FeedEventType.ModelFailing,
            IncidentKind.StoreDown => incident.IsOver ? FeedEventType.StoreRecovered : FeedEventType.StoreFailing,
            _ => null,
        };

    private void Repeat()
    {
        foreach (var incident in _pending.Values)
            _outbox.Tell(new RaiseIncident(incident));
    }
}
