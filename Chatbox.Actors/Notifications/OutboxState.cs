using System.Collections.Immutable;
using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// What the outbox knows: the incidents that it has taken, who still has to be told, and which nodes run. Follows the journal; decides
/// without I/O and without a clock.
/// </summary>
internal sealed record OutboxState
{
    /// <summary>How long an incident is remembered, so that its repetition has no effect.</summary>
    public static readonly TimeSpan Remember = TimeSpan.FromDays(7);

    /// <summary>Greatest number of incidents that are remembered.</summary>
    public const int MaxRemembered = 5_000;

    /// <summary>Greatest number of nodes that are remembered.</summary>
    public const int MaxNodes = 200;

    private static readonly TimeSpan LimitWindow = TimeSpan.FromHours(1);

    public static OutboxState Empty { get; } = new();

    private ImmutableList<RememberedIncident> Remembered { get; init; } = [];

    private ImmutableHashSet<IncidentId> Known { get; init; } = [];

    /// <summary>The incidents that somebody still has to be told of, in the order in which they were taken.</summary>
    public ImmutableList<WaitingIncident> Waiting { get; private init; } = [];

    private ImmutableList<NodeIncarnation> Nodes { get; init; } = [];

    public static OutboxState From(OutboxSnapshot snapshot) =>
        new()
        {
            Remembered = snapshot.Remembered,
            Known = [.. snapshot.Remembered.Select(r => r.Id)],
            Waiting = snapshot.Waiting,
            Nodes = snapshot.Nodes,
        };

    public OutboxSnapshot ToSnapshot() => new(Remembered, Waiting, Nodes);

    /// <summary>Whether the target still has to be told of the incident.</summary>
    public bool IsWaiting(IncidentId id, string target) => Waiting.Any(w => w.Incident.Id == id && w.Targets.Contains(target));

    /// <summary>Takes an incident; null if it was taken before.</summary>
    /// <param name="targets">Whom the rules say to tell.</param>
    /// <param name="perHour">Incidents of a kind that are told within any hour.</param>
    public IncidentTaken? Take(Incident incident, IEnumerable<string> targets, int perHour, DateTimeOffset now)
    {
        if (Known.Contains(incident.Id))
            return null;
        var same = Remembered.Where(r => r.Kind == incident.Kind);
        var isOver =
            Waiting.Count >= NotificationOptions.MaxWaiting || same.Count(r => r.IsTold && now - r.TakenAt < LimitWindow) >= perHour;
        return isOver
            ? new IncidentTaken(incident, [], now) { IsOverLimit = true }
            : new IncidentTaken(incident, [.. targets], now)
            {
                Untold = same.Reverse().TakeWhile(r => !r.IsTold).Count(r => r.IsOverLimit),
            };
    }

    /// <summary>The facts that follow from the start of a node: a crash, if its previous incarnation has not stopped in order.</summary>
    /// <param name="crash">Makes the incident of a crash.</param>
    public ImmutableList<IOutboxEvent> Start(
        NodeIncarnation node,
        DateTimeOffset now,
        Func<OutboxState, NodeIncarnation, IncidentTaken?> crash
    )
    {
        if (Nodes.Contains(node))
            return [];
        var events = ImmutableList<IOutboxEvent>.Empty;
        var state = this;
        foreach (var former in Nodes.Where(n => n.Address == node.Address))
        {
            if (crash(state, former) is { } taken)
                Add(taken);
            Add(new NodeStopped(former, now));
        }

        Add(new NodeStarted(node, now));
        return events;

        void Add(IOutboxEvent @event)
        {
            events = events.Add(@event);
            state = state.Apply(@event);
        }
    }

    /// <summary>The fact that a node stopped in order; null if it is known.</summary>
    public NodeStopped? Stop(NodeIncarnation node, DateTimeOffset now) => Nodes.Contains(node) ? new NodeStopped(node, now) : null;

    public OutboxState Apply(IOutboxEvent @event) =>
        @event switch
        {
            IncidentTaken taken => Apply(taken),
            NotificationSent sent => WithoutTarget(sent.IncidentId, sent.Target),
            NotificationAbandoned abandoned => WithoutTarget(abandoned.IncidentId, abandoned.Target),
            NodeStarted started => this with { Nodes = Latest(Nodes.Add(started.Node), MaxNodes) },
            NodeStopped stopped => this with { Nodes = Nodes.Remove(stopped.Node) },
            _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, null),
        };

    private OutboxState Apply(IncidentTaken taken)
    {
        var incident = taken.Incident;
        var one = new RememberedIncident(incident.Id, incident.Kind, taken.At, taken.Targets.Count > 0, taken.IsOverLimit);
        var remembered = Latest(Remembered.Add(one), MaxRemembered);
        var forgotten = remembered.FindIndex(r => taken.At - r.TakenAt <= Remember);
        remembered = forgotten > 0 ? remembered.RemoveRange(0, forgotten) : remembered;
        return this with
        {
            Remembered = remembered,
            Known = Known.Except(Remembered.Take(Remembered.Count + 1 - remembered.Count).Select(r => r.Id)).Add(one.Id),
            Waiting = taken.Targets.Count > 0 ? Waiting.Add(new WaitingIncident(incident, taken.Targets, taken.Untold, taken.At)) : Waiting,
        };
    }

    private OutboxState WithoutTarget(IncidentId id, string target)
    {
        var place = Waiting.FindIndex(w => w.Incident.Id == id);
        if (place < 0)
            return this;
        var left = Waiting[place] with { Targets = Waiting[place].Targets.Remove(target) };
        return this with { Waiting = left.Targets.Count > 0 ? Waiting.SetItem(place, left) : Waiting.RemoveAt(place) };
    }

    private static ImmutableList<T> Latest<T>(ImmutableList<T> list, int most) =>
        list.Count > most ? list.RemoveRange(0, list.Count - most) : list;
}
