using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;
using static Chatbox.Messages.Serialization.WireValues;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the outbox: what nodes tell it, and its journal.</summary>
internal static class NotificationRows
{
    public static WireTable WithNotifications(this WireTable table) =>
        table
            .Proto(
                "notification.raise-incident.v1",
                Proto.RaiseIncident.Parser,
                (RaiseIncident m) => new() { Incident = Write(m.Incident) },
                p => new RaiseIncident(Read(p.Incident))
            )
            .Proto(
                "notification.incident-raised.v1",
                Proto.IncidentRaised.Parser,
                (IncidentRaised m) => new() { IncidentId = m.IncidentId.Value },
                p => new IncidentRaised(new IncidentId(p.IncidentId))
            )
            .Proto("notification.register-node.v1", Proto.NodeOnly.Parser, (RegisterNode m) => Only(m.Node), p => new RegisterNode(Node(p)))
            .Proto(
                "notification.deregister-node.v1",
                Proto.NodeOnly.Parser,
                (DeregisterNode m) => Only(m.Node),
                p => new DeregisterNode(Node(p))
            )
            .Proto("notification.node-noted.v1", Proto.NodeOnly.Parser, (NodeNoted m) => Only(m.Node), p => new NodeNoted(Node(p)))
            .Proto("notification.incident-taken.v1", Proto.IncidentTaken.Parser, WriteTaken, ReadTaken)
            .Proto(
                "notification.sent.v1",
                Proto.NotificationOutcome.Parser,
                (NotificationSent e) => Outcome(e.IncidentId, e.Target, e.At),
                p => new NotificationSent(new IncidentId(p.IncidentId), p.Target, Time(p.At))
            )
            .Proto(
                "notification.abandoned.v1",
                Proto.NotificationOutcome.Parser,
                (NotificationAbandoned e) => Outcome(e.IncidentId, e.Target, e.At),
                p => new NotificationAbandoned(new IncidentId(p.IncidentId), p.Target, Time(p.At))
            )
            .Proto(
                "notification.node-started.v1",
                Proto.NodeFact.Parser,
                (NodeStarted e) => Fact(e.Node, e.At),
                p => new NodeStarted(Read(p.Node), Time(p.At))
            )
            .Proto(
                "notification.node-stopped.v1",
                Proto.NodeFact.Parser,
                (NodeStopped e) => Fact(e.Node, e.At),
                p => new NodeStopped(Read(p.Node), Time(p.At))
            )
            .Proto("notification.snapshot.v1", Proto.OutboxSnapshot.Parser, WriteSnapshot, ReadSnapshot);

    private static Proto.NodeOnly Only(NodeIncarnation node) => new() { Node = Write(node) };

    private static NodeIncarnation Node(Proto.NodeOnly p) => Read(p.Node);

    private static Proto.NotificationOutcome Outcome(IncidentId id, string target, DateTimeOffset at) =>
        new()
        {
            IncidentId = id.Value,
            Target = target,
            At = WireValues.Write(at),
        };

    private static Proto.NodeFact Fact(NodeIncarnation node, DateTimeOffset at) => new() { Node = Write(node), At = WireValues.Write(at) };

    private static Proto.IncidentTaken WriteTaken(IncidentTaken e) =>
        new()
        {
            Incident = Write(e.Incident),
            Targets = { e.Targets },
            At = WireValues.Write(e.At),
            IsOverLimit = e.IsOverLimit,
            Untold = e.Untold,
        };

    private static IncidentTaken ReadTaken(Proto.IncidentTaken p) =>
        new(Read(p.Incident), [.. p.Targets], Time(p.At)) { IsOverLimit = p.IsOverLimit, Untold = p.Untold };

    private static Proto.OutboxSnapshot WriteSnapshot(OutboxSnapshot s) =>
        new()
        {
            Remembered =
            {
                s.Remembered.Select(r => new Proto.RememberedIncident
                {
                    Id = r.Id.Value,
                    Kind = (int)r.Kind,
                    TakenAt = WireValues.Write(r.TakenAt),
                    IsTold = r.IsTold,
                    IsOverLimit = r.IsOverLimit,
                }),
            },
            Waiting =
            {
                s.Waiting.Select(w => new Proto.WaitingIncident
                {
                    Incident = Write(w.Incident),
                    Targets = { w.Targets },
                    Untold = w.Untold,
                    TakenAt = WireValues.Write(w.TakenAt),
                }),
            },
            Nodes = { s.Nodes.Select(Write) },
        };

    private static OutboxSnapshot ReadSnapshot(Proto.OutboxSnapshot p) =>
        new(
            [
                .. p.Remembered.Select(r => new RememberedIncident(
                    new IncidentId(r.Id),
                    (IncidentKind)r.Kind,
                    Time(r.TakenAt),
                    r.IsTold,
                    r.IsOverLimit
                )),
            ],
            [.. p.Waiting.Select(w => new WaitingIncident(Read(w.Incident), [.. w.Targets], w.Untold, Time(w.TakenAt)))],
            [.. p.Nodes.Select(Read)]
        );

    private static Proto.NodeIncarnation Write(NodeIncarnation node) => new() { Address = node.Address, Uid = node.Uid };

    private static NodeIncarnation Read(Proto.NodeIncarnation p) => new(p.Address, p.Uid);

    private static Proto.Incident Write(Incident incident)
    {
        var proto = new Proto.Incident
        {
            Kind = (int)incident.Kind,
            Id = incident.Id.Value,
            At = WireValues.Write(incident.At),
            IsOver = incident.IsOver,
            Facts = { incident.Facts },
        };
        if (incident.SessionId is { } session)
            proto.SessionId = session.Value;
        if (incident.UserId is { } user)
            proto.UserId = user.Value;
        if (incident.AffectedUsers is { } affected)
            proto.AffectedUsers = affected;
        return proto;
    }

    private static Incident Read(Proto.Incident p) =>
        new((IncidentKind)p.Kind, new IncidentId(p.Id), Time(p.At))
        {
            SessionId = p.HasSessionId ? new SessionId(p.SessionId) : null,
            UserId = p.HasUserId ? new UserId(p.UserId) : null,
            AffectedUsers = p.HasAffectedUsers ? p.AffectedUsers : null,
            IsOver = p.IsOver,
            Facts = WireValues.Read(p.Facts),
        };
}
