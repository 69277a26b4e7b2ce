using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;
using static Chatbox.Messages.Serialization.WireValues;
using HelpCase = Chatbox.Messages.HelpDesk.HelpCase;
using HelpStanding = Chatbox.Messages.HelpDesk.HelpStanding;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the help desk's journal, and of the question for its queue.</summary>
internal static class HelpDeskRows
{
    public static WireTable WithHelpDesk(this WireTable table) =>
        table
            .Proto(
                "helpdesk.standing-noted.v1",
                Proto.StandingNoted.Parser,
                (StandingNoted e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        Seq = e.Seq,
                        Owner = e.Owner.Value,
                        Standing = Write(e.Standing),
                        At = WireValues.Write(e.At),
                    },
                p => new StandingNoted(new SessionId(p.SessionId), p.Seq, new UserId(p.Owner), Read(p.Standing), Time(p.At))
            )
            .Proto(
                "helpdesk.request-escalated.v1",
                Proto.RequestEscalated.Parser,
                (RequestEscalated e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        Incident = e.Incident,
                        Due = WireValues.Write(e.Due),
                    },
                p => new RequestEscalated(new SessionId(p.SessionId), p.Incident, Time(p.Due))
            )
            .Proto(
                "helpdesk.snapshot.v1",
                Proto.HelpDeskSnapshot.Parser,
                (HelpDeskSnapshot s) => new() { Cases = { s.Cases.Select(Write) } },
                p => new HelpDeskSnapshot([.. p.Cases.Select(Read)])
            )
            .Proto("helpdesk.get-queue.v1", Proto.GetHelpQueue.Parser, (GetHelpQueue _) => new(), _ => new GetHelpQueue())
            .Proto("helpdesk.queue.v1", Proto.HelpQueue.Parser, WriteQueue, ReadQueue);

    internal static Proto.HelpStanding Write(HelpStanding standing)
    {
        var proto = new Proto.HelpStanding();
        if (standing.Incident is { } incident)
            proto.Incident = incident;
        if (standing.RequestedAt is { } requested)
            proto.RequestedAt = WireValues.Write(requested);
        if (standing.QueuedAt is { } queued)
            proto.QueuedAt = WireValues.Write(queued);
        if (standing.FirstReplyAt is { } reply)
            proto.FirstReplyAt = WireValues.Write(reply);
        if (standing.HolderId is { } holder)
            proto.HolderId = holder.Value;
        if (standing.HolderName is { } name)
            proto.HolderName = name;
        if (standing.TakenAt is { } taken)
            proto.TakenAt = WireValues.Write(taken);
        if (standing.WaitingSince is { } waiting)
            proto.WaitingSince = WireValues.Write(waiting);
        return proto;
    }

    internal static HelpStanding Read(Proto.HelpStanding s) =>
        new(
            s.HasIncident ? s.Incident : null,
            s.HasRequestedAt ? Time(s.RequestedAt) : null,
            s.HasQueuedAt ? Time(s.QueuedAt) : null,
            s.HasFirstReplyAt ? Time(s.FirstReplyAt) : null,
            s.HasHolderId ? new UserId(s.HolderId) : null,
            s.HasHolderName ? s.HolderName : null,
            s.HasTakenAt ? Time(s.TakenAt) : null,
            s.HasWaitingSince ? Time(s.WaitingSince) : null
        );

    private static Proto.HelpCase Write(HelpCase one)
    {
        var proto = new Proto.HelpCase
        {
            SessionId = one.SessionId.Value,
            Seq = one.Seq,
            Owner = one.Owner.Value,
            Standing = Write(one.Standing),
            NotedAt = WireValues.Write(one.NotedAt),
            Escalations = one.Escalations,
        };
        if (one.EscalatedAt is { } escalated)
            proto.EscalatedAt = WireValues.Write(escalated);
        return proto;
    }

    private static HelpCase Read(Proto.HelpCase p) =>
        new(new SessionId(p.SessionId), p.Seq, new UserId(p.Owner), Read(p.Standing), Time(p.NotedAt))
        {
            EscalatedAt = p.HasEscalatedAt ? Time(p.EscalatedAt) : null,
            Escalations = p.Escalations,
        };

    private static Proto.HelpQueue WriteQueue(HelpQueue queue)
    {
        var proto = new Proto.HelpQueue { Cases = { queue.Cases.Select(Write) } };
        if (queue.ClosedUntil is { } until)
            proto.ClosedUntil = WireValues.Write(until);
        return proto;
    }

    private static HelpQueue ReadQueue(Proto.HelpQueue p) => new([.. p.Cases.Select(Read)], p.HasClosedUntil ? Time(p.ClosedUntil) : null);
}
