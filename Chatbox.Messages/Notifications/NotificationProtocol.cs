using System.Collections.Immutable;

namespace Chatbox.Messages.Notifications;

/// <summary>
/// The messages of the outbox, which tells admins of incidents, and the events that it journals. The outbox lives once in the cluster.
/// </summary>
public static class NotificationProtocol
{
    /// <summary>A fact in the journal of the outbox.</summary>
    public interface IOutboxEvent : IWireMessage
    {
        DateTimeOffset At { get; }
    }

    /// <summary>
    /// Raises an incident. Repeat it until <see cref="IncidentRaised"/> comes: messages to the outbox can be lost, and a repetition has no
    /// effect.
    /// </summary>
    public sealed record RaiseIncident(Incident Incident) : IWireMessage;

    /// <summary>The incident is in the journal of the outbox. Admins are told, whatever happens to nodes.</summary>
    public sealed record IncidentRaised(IncidentId IncidentId) : IWireMessage;

    /// <summary>Says that a node has started. If its previous incarnation has not stopped in order, that is an incident.</summary>
    public sealed record RegisterNode(NodeIncarnation Node) : IWireMessage;

    /// <summary>Says that a node stops in order.</summary>
    public sealed record DeregisterNode(NodeIncarnation Node) : IWireMessage;

    /// <summary>Replies to <see cref="RegisterNode"/> and <see cref="DeregisterNode"/> when the fact is in the journal.</summary>
    public sealed record NodeNoted(NodeIncarnation Node) : IWireMessage;

    /// <summary>An incident was raised for the first time.</summary>
    /// <param name="Targets">Whom it shall be told: each is one recipient of one channel, by an id without its address.</param>
    public sealed record IncidentTaken(Incident Incident, ImmutableList<string> Targets, DateTimeOffset At) : IOutboxEvent
    {
        /// <summary>Too many incidents of this kind came within an hour, so nobody is told of this one.</summary>
        public bool IsOverLimit { get; init; }

        /// <summary>Number of incidents of this kind that nobody was told of since the last one that somebody was told of.</summary>
        public int Untold { get; init; }
    }

    /// <summary>A target's server has accepted the notification.</summary>
    public sealed record NotificationSent(IncidentId IncidentId, string Target, DateTimeOffset At) : IOutboxEvent;

    /// <summary>No further attempt is made to tell the target.</summary>
    public sealed record NotificationAbandoned(IncidentId IncidentId, string Target, DateTimeOffset At) : IOutboxEvent;

    /// <summary>A node started.</summary>
    public sealed record NodeStarted(NodeIncarnation Node, DateTimeOffset At) : IOutboxEvent;

    /// <summary>A node stopped in order, or its crash has been taken as an incident.</summary>
    public sealed record NodeStopped(NodeIncarnation Node, DateTimeOffset At) : IOutboxEvent;

    /// <summary>The whole state of the outbox at one place in its journal.</summary>
    public sealed record OutboxSnapshot(
        ImmutableList<RememberedIncident> Remembered,
        ImmutableList<WaitingIncident> Waiting,
        ImmutableList<NodeIncarnation> Nodes
    ) : IWireMessage;

    /// <summary>An incident that was taken, remembered so that its repetition has no effect, and for the limit.</summary>
    public sealed record RememberedIncident(IncidentId Id, IncidentKind Kind, DateTimeOffset TakenAt, bool IsTold, bool IsOverLimit);

    /// <summary>An incident that some targets have not been told of.</summary>
    /// <param name="TakenAt">When the outbox took it.</param>
    public sealed record WaitingIncident(Incident Incident, ImmutableList<string> Targets, int Untold, DateTimeOffset TakenAt);
}
