using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Notifications;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Tests.Unit.Notifications;

/// <summary>The outbox with recipients that reply when the test says so, a journal in memory, and the clock of the test.</summary>
public sealed class NotificationOutboxActorTests()
    : TestKit(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """
    )
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _clock = new();
    private readonly ManualChannel _mail = new("mail:1");
    private readonly ManualChannel _sms = new("sms:1");
    private readonly SentNotifications _sent = new();
    private readonly RecordedFeed _feed = new();

    [Fact]
    public void Incident_is_told_once_to_each_recipient_however_often_it_is_raised()
    {
        var outbox = Start();
        Raise(outbox, "one");
        Raise(outbox, "one");

        Assert.Equal("one", _mail.Called().Notification.Incident.Id.Value);
        _sms.Called().Reply.SetResult(new SendOutcome.Sent());
        Raise(outbox, "one");

        Assert.Equal((0, 0), (_mail.Waiting, _sms.Waiting));
    }

    [Fact]
    public void Recipient_that_fails_holds_up_no_other_and_is_told_of_other_incidents()
    {
        var outbox = Start();
        Raise(outbox, "one");
        var mail = _mail.Called();
        _sms.Called().Reply.SetResult(new SendOutcome.Sent());
        Raise(outbox, "two");
        Assert.Equal("two", _sms.Called().Notification.Incident.Id.Value);

        mail.Reply.SetResult(new SendOutcome.Retry("away"));
        Assert.Equal("two", _mail.Called().Notification.Incident.Id.Value);
    }

    [Fact]
    public void Failed_attempt_is_repeated_after_its_pause()
    {
        var outbox = Start();
        Raise(outbox, "one");
        Fail(_mail);
        Settled(outbox);
        Pass(TimeSpan.FromSeconds(1.9));
        Assert.Equal(0, _mail.Waiting);

        Pass(TimeSpan.FromSeconds(0.2));
        Fail(_mail);
        Settled(outbox);
        Pass(TimeSpan.FromSeconds(3.9));
        Assert.Equal(0, _mail.Waiting);

        Pass(TimeSpan.FromSeconds(0.2));
        _mail.Called();
    }

    [Fact]
    public void What_waits_is_told_by_the_next_incarnation_and_what_was_sent_is_not()
    {
        var outbox = Start();
        Raise(outbox, "one");
        _sms.Called().Reply.SetResult(new SendOutcome.Sent());
        _mail.Called();
        Settled(outbox);
        Stop(outbox);

        Start();

        Assert.Equal("one", _mail.Called().Notification.Incident.Id.Value);
        Assert.Equal(0, _sms.Waiting);
    }

    [Fact]
    public void Attempt_that_hangs_ends_at_its_deadline()
    {
        var outbox = Start();
        Raise(outbox, "one");
        _mail.Called();
        _clock.Advance(TimeSpan.FromSeconds(16));
        Settled(outbox);
        AwaitAssert(
            () =>
            {
                Pass(TimeSpan.FromSeconds(3));
                Assert.Equal(1, _mail.Waiting);
            },
            TimeSpan.FromSeconds(10)
        );
    }

    [Fact]
    public void Recipient_is_given_up_after_the_longest_time_and_at_once_if_it_refuses_for_good()
    {
        var outbox = Start();
        Raise(outbox, "one");
        _sms.Called().Reply.SetResult(new SendOutcome.Refused("no such number"));
        var mail = _mail.Called();
        _clock.Advance(TimeSpan.FromHours(24));
        mail.Reply.TrySetResult(new SendOutcome.Retry("away"));
        Settled(outbox);
        Stop(outbox);

        Start();

        ExpectNoMsg(Moment);
        Assert.Equal((0, 0), (_mail.Waiting, _sms.Waiting));
    }

    [Fact]
    public void Stop_waits_for_the_attempts_that_are_under_way()
    {
        var outbox = Start();
        Raise(outbox, "one");
        var (mail, sms) = (_mail.Called(), _sms.Called());
        Watch(outbox);

        outbox.Tell(NotificationOutboxActor.StopOutbox.Instance);
        ExpectNoMsg(Moment);
        mail.Reply.SetResult(new SendOutcome.Sent());
        sms.Reply.SetResult(new SendOutcome.Retry("away"));

        ExpectTerminated(outbox);
        Start();
        _sms.Called();
        Assert.Equal(0, _mail.Waiting);
    }

    [Fact]
    public void Node_that_starts_without_having_stopped_is_a_crash()
    {
        var outbox = Start();
        Tell(outbox, new RegisterNode(new NodeIncarnation("a:1", 1)));
        Tell(outbox, new RegisterNode(new NodeIncarnation("a:1", 2)));
        Assert.Equal(IncidentKind.Crash, _mail.Called().Notification.Incident.Kind);

        Tell(outbox, new DeregisterNode(new NodeIncarnation("a:1", 2)));
        Tell(outbox, new RegisterNode(new NodeIncarnation("a:1", 3)));
        Assert.Equal(0, _mail.Waiting);
    }

    private static void Fail(ManualChannel channel) => channel.Called().Reply.SetResult(new SendOutcome.Retry("away"));

    private IActorRef Start() =>
        Sys.ActorOf(Props.Create(() => new NotificationOutboxActor(new[] { _mail, _sms }, Options, _sent, _feed, new NoMetrics(), _clock)));

    private static NotificationOptions Options { get; } =
        new() { Rules = Enum.GetValues<IncidentKind>().ToDictionary(kind => kind, _ => (IReadOnlyList<string>)["mail", "sms"]) };

    private void Raise(IActorRef outbox, string id)
    {
        outbox.Tell(new RaiseIncident(new Incident(IncidentKind.HelpRequest, new IncidentId(id), _clock.GetUtcNow())), TestActor);
        Assert.Equal(id, ExpectMsg<IncidentRaised>().IncidentId.Value);
    }

    private void Tell(IActorRef outbox, object message)
    {
        outbox.Tell(message, TestActor);
        ExpectMsg<NodeNoted>();
    }

    /// <summary>Waits until the outbox has handled what its recipients have replied.</summary>
    private void Settled(IActorRef outbox)
    {
        // The reply of a recipient takes another thread before it is a message.
        ExpectNoMsg(Moment);
        outbox.Tell(new DeregisterNode(new NodeIncarnation("nobody:1", 0)), TestActor);
        ExpectMsg<NodeNoted>();
    }

    private void Stop(IActorRef outbox)
    {
        Watch(outbox);
        Sys.Stop(outbox);
        ExpectTerminated(outbox);
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
        ExpectNoMsg(Moment);
    }
}
