using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.HelpDesk;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;

namespace Chatbox.Actors.HelpDesk;

/// <summary>What the help desk knows of the sessions that want help or that admins hold. Pure: follows the journal, reads no clock.</summary>
internal sealed record HelpDeskState
{
    /// <summary>
    /// How long a closed case is remembered, so that a report that comes late does not open it again. Reports come late by seconds.
    /// </summary>
    private static readonly TimeSpan RememberClosed = TimeSpan.FromHours(1);

    public static HelpDeskState Empty { get; } = new();

    private ImmutableDictionary<SessionId, HelpCase> Cases { get; init; } = ImmutableDictionary<SessionId, HelpCase>.Empty;

    /// <summary>The cases that wait, in the order of the queue: by the time of the request.</summary>
    public IReadOnlyList<HelpCase> Queue =>
        [.. Cases.Values.Where(one => one.IsQueued()).OrderBy(one => one.Standing.RequestedAt).ThenBy(one => one.SessionId.Value)];

    /// <summary>The cases that admins hold, the earliest takeover first.</summary>
    public IReadOnlyList<HelpCase> Held =>
        [.. Cases.Values.Where(one => one.Standing.HolderId is not null).OrderBy(one => one.Standing.TakenAt)];

    public static HelpDeskState From(HelpDeskSnapshot snapshot) =>
        new() { Cases = snapshot.Cases.ToImmutableDictionary(one => one.SessionId) };

    public HelpDeskSnapshot ToSnapshot(DateTimeOffset now) =>
        new([.. Cases.Values.Where(one => !one.Standing.IsClosed() || now - one.NotedAt < RememberClosed)]);

    /// <summary>The case of a session; null if the desk knows none.</summary>
    public HelpCase? Of(SessionId session) => Cases.GetValueOrDefault(session);

    /// <summary>The event to journal for a report; null if the report says nothing new.</summary>
    public StandingNoted? Note(ReportHelp report, DateTimeOffset now)
    {
        var known = Of(report.SessionId);
        if (known?.Seq >= report.Seq)
            return null;
        return new StandingNoted(report.SessionId, report.Seq, report.Owner, report.Standing with { HolderName = null }, now);
    }

    /// <summary>
    /// The escalations that are due. If several of one request are due, because no desk ran, only the latest is told.
    /// </summary>
    public IReadOnlyList<RequestEscalated> Escalate(HelpDeskOptions options, DateTimeOffset now)
    {
        var events = new List<RequestEscalated>();
        foreach (var one in Queue)
        {
            RequestEscalated? latest = null;
            for (var due = NextEscalation(one, options); due <= now; due = options.Hours.NextOpen(due + options.Escalation))
                latest = new RequestEscalated(one.SessionId, one.Standing.Incident!.Value, due);
            if (latest is not null)
                events.Add(latest);
        }

        return events;
    }

    /// <summary>The moment of the next escalation; null with an empty queue.</summary>
    public DateTimeOffset? NextEscalation(HelpDeskOptions options) =>
        Queue.Select(one => (DateTimeOffset?)NextEscalation(one, options)).Min();

    public HelpDeskState Apply(IHelpDeskEvent @event) =>
        @event switch
        {
            StandingNoted noted => Apply(noted),
            RequestEscalated escalated when Of(escalated.SessionId) is { } one && one.Standing.Incident == escalated.Incident => With(
                one with
                {
                    EscalatedAt = escalated.Due,
                    Escalations = one.Escalations + 1,
                }
            ),
            RequestEscalated => this,
            _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, null),
        };

    private HelpDeskState Apply(StandingNoted noted)
    {
        var next = new HelpCase(noted.SessionId, noted.Seq, noted.Owner, noted.Standing, noted.At);

        // A request that has stayed in the queue keeps its escalations.
        if (Of(noted.SessionId) is { } before && before.IsQueued() && next.IsQueued() && IsSameWait(before.Standing, next.Standing))
            next = next with { EscalatedAt = before.EscalatedAt, Escalations = before.Escalations };
        return Forget(noted.At).With(next);
    }

    private HelpDeskState With(HelpCase one) => this with { Cases = Cases.SetItem(one.SessionId, one) };

    private HelpDeskState Forget(DateTimeOffset now) =>
        this with
        {
            Cases = Cases.RemoveRange(
                Cases.Values.Where(one => one.Standing.IsClosed() && now - one.NotedAt >= RememberClosed).Select(one => one.SessionId)
            ),
        };

    private static bool IsSameWait(HelpStanding before, HelpStanding next) =>
        before.Incident == next.Incident && before.QueuedAt == next.QueuedAt;

    /// <summary>An escalation that falls outside the hours is due when the next hours begin.</summary>
    private static DateTimeOffset NextEscalation(HelpCase one, HelpDeskOptions options) =>
        options.Hours.NextOpen((one.EscalatedAt ?? one.Standing.QueuedAt ?? one.NotedAt) + options.Escalation);
}
