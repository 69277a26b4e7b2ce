using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Requests;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Requests;

/// <summary>A request over a network that loses messages.</summary>
public sealed class RepeatedRequestTests : TestKit
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly TestProbe _target;

    public RepeatedRequestTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
        _target = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new Asker(_target, _clock, TestActor)));
        _target.ExpectMsg("request");
    }

    [Fact]
    public void Request_is_sent_again_until_its_reply_comes()
    {
        Pass(Interval);
        _target.ExpectMsg("request");
        Pass(Interval);
        _target.ExpectMsg("request");

        _target.Reply("reply");
        ExpectMsg("answered after 2 repetitions");
        Pass(Interval);
        _target.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Request_is_given_up_when_its_deadline_is_over()
    {
        Pass(5 * Interval);

        ExpectMsg("overdue");
        Pass(Interval);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    private sealed class Asker : ReceiveActor, IWithTimers
    {
        private readonly RepeatedRequest _request;
        private readonly IActorRef _target;

        public Asker(IActorRef target, TimeProvider clock, IActorRef witness)
        {
            _target = target;
            _request = new RepeatedRequest(this, Interval, clock, 5 * Interval);
            Receive<RepeatedRequest.Due>(due =>
            {
                if (!due.Request.Repeat())
                    witness.Tell("overdue");
            });
            Receive<string>(_ =>
            {
                witness.Tell($"answered after {_request.Repetitions} repetitions");
                _request.Answered();
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => _request.Start("request", _target);
    }
}
