using Chatbox.Actors.HelpDesk;
using Chatbox.Messages;
using Chatbox.Messages.HelpDesk;
using FsCheck.Xunit;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;

namespace Chatbox.Tests.Unit.HelpDesk;

/// <summary>Tests of the queue, of the escalations and of reports that come late.</summary>
public sealed class HelpDeskStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly HelpDeskOptions Options = new() { Escalation = TimeSpan.FromMinutes(5) };

    [Fact]
    public void Queue_is_in_the_order_of_the_requests_whatever_the_order_of_the_reports()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("b", seq: 1, requested: 2), Waiting("a", seq: 1, requested: 1), Waiting("c", 1, 3));
        Assert.Equal(["a", "b", "c"], state.Queue.Select(one => one.SessionId.Value));
    }

    [Fact]
    public void A_session_that_comes_back_to_the_queue_has_its_earlier_place()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 1), Waiting("b", 1, 2), Held("a", 2, 1));
        Assert.Equal(["b"], state.Queue.Select(one => one.SessionId.Value));
        state = Noted(state, Waiting("a", 3, 1, queued: 9));
        Assert.Equal(["a", "b"], state.Queue.Select(one => one.SessionId.Value));
    }

    [Fact]
    public void A_report_about_an_earlier_place_changes_nothing()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 1), Closed("a", 3));
        Assert.Null(state.Note(Waiting("a", 1, 1), Start));
        Assert.Null(state.Note(Waiting("a", 3, 1), Start));
        Assert.Empty(state.Queue);
    }

    [Fact]
    public void A_closed_case_is_remembered_until_no_late_report_can_come()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 1), Closed("a", 2));
        state = HelpDeskState.From(state.ToSnapshot(Start + TimeSpan.FromMinutes(59)));
        Assert.Null(state.Note(Waiting("a", 1, 1), Start));
        Assert.Empty(state.ToSnapshot(Start + TimeSpan.FromHours(2)).Cases);
    }

    [Fact]
    public void Journal_has_no_name()
    {
        var noted = HelpDeskState.Empty.Note(Held("a", 1, 1), Start)!;
        Assert.Null(noted.Standing.HolderName);
    }

    [Fact]
    public void Escalations_are_due_again_and_again_counted_from_when_they_were_due()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 0));
        Assert.Empty(state.Escalate(Options, Start + TimeSpan.FromMinutes(4.99)));

        // The desk was late by a second; the next escalation is not.
        var first = Assert.Single(state.Escalate(Options, Start + TimeSpan.FromSeconds(301)));
        Assert.Equal(Start + TimeSpan.FromMinutes(5), first.Due);
        state = state.Apply(first);
        Assert.Empty(state.Escalate(Options, Start + TimeSpan.FromSeconds(301)));
        Assert.Equal(Start + TimeSpan.FromMinutes(10), state.NextEscalation(Options));
        Assert.Equal(1, state.Queue[0].Escalations);
    }

    [Fact]
    public void After_a_long_time_without_a_desk_only_the_latest_escalation_is_told()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 0));
        var escalated = Assert.Single(state.Escalate(Options, Start + TimeSpan.FromMinutes(17)));
        Assert.Equal(Start + TimeSpan.FromMinutes(15), escalated.Due);
    }

    [Fact]
    public void Escalations_wait_for_the_hours()
    {
        var hours = new HelpHours([new HelpHours.Range(DayOfWeek.Monday, TimeSpan.FromHours(9), TimeSpan.FromHours(17))], TimeZoneInfo.Utc);
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 0)); // a Friday
        var monday = new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);
        Assert.Equal(monday, state.NextEscalation(Options with { Hours = hours }));
        Assert.Contains("Monday, 30 November at 09:00", HelpTexts.Notice(hours, Start), StringComparison.Ordinal);
        Assert.Null(HelpTexts.Notice(hours, monday));
    }

    [Fact]
    public void A_session_that_is_held_is_not_escalated_and_a_new_wait_begins_anew()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 0));
        state = state.Apply(Assert.Single(state.Escalate(Options, Start + TimeSpan.FromMinutes(5))));
        state = Noted(state, Held("a", 2, 0));
        Assert.Null(state.NextEscalation(Options));
        state = Noted(state, Waiting("a", 3, 0, queued: 60));
        Assert.Equal(Start + TimeSpan.FromMinutes(65), state.NextEscalation(Options));
        Assert.Equal(0, state.Queue[0].Escalations);
    }

    [Fact]
    public void A_further_report_of_the_same_wait_keeps_its_escalations()
    {
        var state = Noted(HelpDeskState.Empty, Waiting("a", 1, 0));
        state = state.Apply(Assert.Single(state.Escalate(Options, Start + TimeSpan.FromMinutes(5))));
        state = Noted(state, Waiting("a", 2, 0));
        Assert.Equal(Start + TimeSpan.FromMinutes(10), state.NextEscalation(Options));
    }

    /// <summary>Reports arrive in any order and any number of times; the desk ends up with the newest of each session.</summary>
    [Property(MaxTest = 500)]
    public void Any_order_of_reports_leads_to_the_newest_of_each_session(byte[] deliveries)
    {
        ReportHelp[] reports =
        [
            Waiting("a", 1, 1),
            Held("a", 4, 1),
            Waiting("a", 6, 1, queued: 9),
            Waiting("b", 2, 2),
            Closed("b", 5),
            Held("c", 3, 0),
        ];
        var state = HelpDeskState.Empty;
        var newest = new Dictionary<SessionId, ReportHelp>();
        foreach (var report in deliveries.Select(n => reports[n % reports.Length]))
        {
            if (!newest.TryGetValue(report.SessionId, out var known) || known.Seq < report.Seq)
                newest[report.SessionId] = report;
            state = Noted(state, report);
            state = HelpDeskState.From(state.ToSnapshot(Start)); // a crash at any moment
        }

        var queue = newest.Values.Where(r => r.Standing is { Incident: not null, HolderId: null }).OrderBy(r => r.Standing.RequestedAt);
        Assert.Equal(queue.Select(r => r.SessionId), state.Queue.Select(one => one.SessionId));
        Assert.Equal(
            newest.Values.Where(r => r.Standing.HolderId is not null).Select(r => r.SessionId).Order(IdOrder),
            state.Held.Select(one => one.SessionId).Order(IdOrder)
        );
    }

    private static readonly Comparer<SessionId> IdOrder = Comparer<SessionId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value));

    private static HelpDeskState Noted(HelpDeskState state, params ReportHelp[] reports) =>
        reports.Aggregate(state, (current, report) => current.Note(report, Start) is { } noted ? current.Apply(noted) : current);

    /// <param name="requested">Minutes after the start.</param>
    /// <param name="queued">The same; null for the time of the request.</param>
    private static ReportHelp Waiting(string session, long seq, int requested, int? queued = null) =>
        Report(session, seq, new HelpStanding(1, Minute(requested), Minute(queued ?? requested), null, null, null, null, null));

    private static ReportHelp Held(string session, long seq, int requested) =>
        Report(
            session,
            seq,
            new HelpStanding(1, Minute(requested), Minute(requested), null, new UserId("ada"), "Ada", Minute(requested + 1), null)
        );

    private static ReportHelp Closed(string session, long seq) =>
        Report(session, seq, new HelpStanding(null, null, null, null, null, null, null, null));

    private static ReportHelp Report(string session, long seq, HelpStanding standing) =>
        new(new SessionId(session), seq, new UserId("alice"), standing);

    private static DateTimeOffset Minute(int minutes) => Start + TimeSpan.FromMinutes(minutes);
}
