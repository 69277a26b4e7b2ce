using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.HelpDesk;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.HelpDesk;
using Chatbox.Messages.Notifications;
using Chatbox.Tests.Unit.Sessions;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;

namespace Chatbox.Tests.Unit.HelpDesk;

/// <summary>The help desk with a probe for the session region. Time passes when the test lets it.</summary>
public sealed class HelpDeskActorTests() : TestKit(Config)
{
    private static readonly Config Config = ConfigurationFactory
        .ParseString(
            """
            akka.loglevel = OFF
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            """
        )
        .WithFallback(OvertakenSnapshots.Config);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordedIncidents _incidents = new();
    private readonly RecordedFeed _feed = new();

    [Fact]
    public void A_report_is_confirmed_and_each_waiting_session_learns_its_place()
    {
        var desk = Start(out var sessions);
        Report(desk, "a", 1, Waiting(0));
        Assert.Equal(Place("a", 1, 1), sessions.ExpectMsg<ShowQueuePlace>());

        Report(desk, "b", 1, Waiting(1));
        Assert.Equal(Place("a", 1, 2), sessions.ExpectMsg<ShowQueuePlace>());
        Assert.Equal(Place("b", 2, 2), sessions.ExpectMsg<ShowQueuePlace>());

        Report(desk, "a", 2, Held(0));
        Assert.Equal(Place("b", 1, 1), sessions.ExpectMsg<ShowQueuePlace>());
    }

    [Fact]
    public void A_repeated_report_is_confirmed_and_raises_nothing_again()
    {
        var desk = Start(out _);
        Report(desk, "a", 1, Waiting(0));
        Report(desk, "a", 1, Waiting(0));
        Report(desk, "a", 2, Waiting(0));
        Assert.Equal(["help:a:1"], _incidents.Ids);
    }

    [Fact]
    public void A_request_is_escalated_at_its_time_also_by_the_next_incarnation()
    {
        var desk = Start(out _);
        Report(desk, "a", 1, Waiting(0));
        Pass(TimeSpan.FromMinutes(4));
        Stop(desk);

        desk = Start(out var sessions);
        Assert.Equal(Place("a", 1, 1), sessions.ExpectMsg<ShowQueuePlace>());
        Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(0, Queue(desk).Cases.Single().Escalations);
        Pass(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(1, Queue(desk).Cases.Single().Escalations));
        Assert.Equal(Start(0) + TimeSpan.FromMinutes(5), Queue(desk).Cases.Single().EscalatedAt);

        Pass(TimeSpan.FromMinutes(5));
        AwaitAssert(() => Assert.Equal(2, Queue(desk).Cases.Single().Escalations));
        Assert.Equal(2, _incidents.Ids.Distinct().Count(id => id.StartsWith("help-escalated:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_recovery_that_another_incarnation_overtakes_starts_again_and_forgets_nobody()
    {
        const int SnapshotEvery = 100;
        var desk = Start(out _);
        for (var n = 0; n < SnapshotEvery; n++)
            Report(desk, $"s{n}", 1, Waiting(n));
        AwaitAssert(() => Assert.Empty(this.Journaled("help-desk")));
        Stop(desk);

        OvertakenSnapshots.OvertakeNext(Sys);
        desk = Start(out _);
        Watch(desk);
        desk.Tell(new GetHelpQueue());
        ExpectTerminated(desk);

        Assert.Equal(SnapshotEvery, Queue(Start(out _)).Cases.Count);
    }

    [Fact]
    public void Admins_see_each_change_of_the_queue_and_each_escalation_once()
    {
        var desk = Start(out _);
        Report(desk, "a", 1, Waiting(0));
        Report(desk, "a", 1, Waiting(0));
        Pass(TimeSpan.FromMinutes(5));
        AwaitAssert(() => Assert.Equal(1, Queue(desk).Cases.Single().Escalations));
        Report(desk, "a", 2, Held(0));
        Report(desk, "a", 3, Waiting(5));

        Assert.Equal(
            ["queue_changed joined", "help_escalated ", "queue_changed left", "queue_changed joined"],
            _feed.Published.Select(e => $"{e.Type} {e.Facts.GetValueOrDefault("change")}")
        );
    }

    [Fact]
    public void The_next_incarnation_raises_again_what_the_last_one_may_not_have_told()
    {
        var desk = Start(out _);
        Report(desk, "a", 1, Waiting(0));
        Stop(desk);
        _incidents.Clear();

        Start(out var sessions);
        sessions.ExpectMsg<ShowQueuePlace>();
        Assert.Equal(["help:a:1"], _incidents.Ids);
    }

    [Fact]
    public void Outside_the_hours_a_waiting_session_learns_when_somebody_is_there_and_hears_when_they_begin()
    {
        var hours = new HelpHours(
            [new HelpHours.Range(DayOfWeek.Friday, TimeSpan.FromHours(13), TimeSpan.FromHours(17))],
            TimeZoneInfo.Utc
        );
        var desk = Start(out var sessions, new HelpDeskOptions { Hours = hours });
        Report(desk, "a", 1, Waiting(0));
        Assert.Contains("13:00 (UTC)", sessions.ExpectMsg<ShowQueuePlace>().Notice, StringComparison.Ordinal);
        Assert.Equal(Start(0) + TimeSpan.FromHours(1), Queue(desk).ClosedUntil);

        Pass(TimeSpan.FromHours(1));
        AwaitAssert(() => Assert.Null(sessions.ExpectMsg<ShowQueuePlace>().Notice));
        Assert.Null(Queue(desk).ClosedUntil);
    }

    private IActorRef Start(out TestProbe sessions, HelpDeskOptions? options = null)
    {
        var (probe, with) = (CreateTestProbe(), options ?? new HelpDeskOptions());
        sessions = probe;
        return Sys.ActorOf(Props.Create(() => new HelpDeskActor(with, () => probe, _incidents, _feed, new NoMetrics(), _clock)));
    }

    private void Stop(IActorRef desk)
    {
        Watch(desk);
        desk.Tell(HelpDeskActor.StopHelpDesk.Instance);
        ExpectTerminated(desk);
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    private void Report(IActorRef desk, string session, long seq, HelpStanding standing)
    {
        desk.Tell(new ReportHelp(new SessionId(session), seq, new UserId("alice"), standing), TestActor);
        Assert.Equal(new HelpReported(new SessionId(session), seq), ExpectMsg<HelpReported>());
    }

    private HelpQueue Queue(IActorRef desk)
    {
        desk.Tell(new GetHelpQueue(), TestActor);
        return ExpectMsg<HelpQueue>();
    }

    private static DateTimeOffset Start(int minute) => new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero).AddMinutes(minute);

    private static HelpStanding Waiting(int minute) => new(1, Start(minute), Start(minute), null, null, null, null, null);

    private static HelpStanding Held(int minute) =>
        Waiting(minute) with
        {
            HolderId = new UserId("ada"),
            HolderName = "Ada",
            TakenAt = Start(minute + 1),
        };

    private static ShowQueuePlace Place(string session, int place, int waiting) => new(new SessionId(session), place, waiting, null);

    private sealed class RecordedIncidents : IIncidents
    {
        private readonly ConcurrentQueue<Incident> _raised = new();

        public IEnumerable<string> Ids => _raised.Select(incident => incident.Id.Value);

        public void Raise(Incident incident) => _raised.Enqueue(incident);

        public void Clear() => _raised.Clear();
    }
}
