using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>A session that leaves memory although somebody looks at it, and goes on with its viewers when it wakes.</summary>
public sealed class RestingSessionTests : SessionActorKit
{
    private static readonly ChatSessionOptions Options = new() { JournalKeep = null };

    private readonly RestingViewers _resting = new();
    private readonly TestProbe _models;
    private readonly TestProbe _shard;

    public RestingSessionTests()
        : base("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """) =>
        (_models, _shard) = (CreateTestProbe(), CreateTestProbe());

    [Fact]
    public void Viewers_stay_and_are_sent_what_follows_once_and_no_second_greeting()
    {
        var session = Start();
        var (phone, laptop) = (Attach(session), Attach(session));
        Talk(session, phone, laptop, "c1");

        Rest(session, Options.PassivateAfter);

        phone.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        var next = Start();
        next.Tell(Say("c2", "Still there?"), phone);
        Assert.Equal(1, phone.ExpectMsg<RestingViewers.ViewerResumed>().Attachment);
        Assert.Equal(next, phone.LastSender);
        Assert.Equal("c2", phone.FishForMessage<CommandAccepted>(_ => true).CommandId.Value);
        laptop.ExpectMsg<RestingViewers.ViewerResumed>();
        var shown = FramesUntil(laptop, frame => Type(frame) == "loading");
        Assert.Equal(["user_message", "loading"], shown.Select(Type));
        Assert.Equal("Still there?", shown[0].GetProperty("content").GetString());
    }

    [Fact]
    public void Session_in_which_nothing_was_said_rests_soon()
    {
        var session = Start();
        var viewer = Attach(session);
        Take(session, viewer);

        Rest(session, Options.PassivateUnviewedAfter);

        Assert.Equal(viewer.Ref, Assert.Single(_resting.Wake(Id)).Ref);
    }

    [Fact]
    public void Viewer_that_has_no_room_for_everything_keeps_its_session()
    {
        var session = Start();
        var (slow, asks) = (CreateTestProbe(), Attach(session));
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), slow);
        Talk(session, asks, asks, "c1", new string('x', 2 * ViewerCursor.Window));

        StaysAwake(session);

        for (var n = 0; n < 4; n++)
            session.Tell(new ViewerTookBytes(Id, ViewerCursor.Window), slow);
        Rest(session, Options.PassivateAfter);
        Assert.Equal(2, _resting.Wake(Id).Count);
    }

    [Fact]
    public void Viewer_on_another_node_keeps_its_session()
    {
        var session = Start();
        var near = Attach(session);
        var far = new FarViewer();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), far);

        StaysAwake(session);

        session.Tell(new DetachViewer(Id), far);
        Rest(session, Options.PassivateAfter);
        Assert.Equal(near.Ref, Assert.Single(_resting.Wake(Id)).Ref);
    }

    [Fact]
    public void Admin_who_looks_at_a_session_keeps_it()
    {
        var session = Start();
        var (owner, admin) = (Attach(session), CreateTestProbe());
        Talk(session, owner, owner, "c1");
        session.Tell(new AttachViewer(Id, new UserId("ana"), 1, null, null, null) { AsAdmin = true }, admin);
        admin.ExpectMsg<ViewerAttached>();

        StaysAwake(session);

        session.Tell(new DetachViewer(Id), admin);
        Rest(session, Options.PassivateAfter);
        Assert.Equal(owner.Ref, Assert.Single(_resting.Wake(Id)).Ref);
    }

    [Fact]
    public void Viewers_attach_again_if_something_happens_before_the_session_has_stopped()
    {
        var session = Start();
        var viewer = Attach(session);
        Take(session, viewer);
        Pass(session, Options.PassivateUnviewedAfter);
        _shard.ExpectMsg<Passivate>();

        session.Tell(Say("c1", "Wait!"), viewer);
        Stop(session);

        Assert.Null(_resting.ShardOf(Id, viewer));
    }

    [Fact]
    public void Viewers_attach_again_after_a_hand_over()
    {
        var session = Start();
        var viewer = Attach(session);
        Take(session, viewer);

        Stop(session);

        Assert.Null(_resting.ShardOf(Id, viewer));
    }

    [Fact]
    public void Viewer_that_left_while_the_session_rested_is_sent_nothing()
    {
        var session = Start();
        var viewer = Attach(session);
        Take(session, viewer);
        Rest(session, Options.PassivateUnviewedAfter);

        _resting.Leave(Id, viewer);

        Settle(Start());
        viewer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Viewer_that_died_while_the_session_woke_is_forgotten()
    {
        var session = Start();
        var viewer = Attach(session);
        Take(session, viewer);
        Rest(session, Options.PassivateUnviewedAfter);
        var stayed = Assert.Single(_resting.Wake(Id));
        _resting.Rest(Id, _shard, [stayed]);
        Sys.Stop(viewer);

        var next = Start();
        Settle(next);
        AwaitAssert(() =>
        {
            next.Tell(new EraseUnused(Id, new CommandId("e"), Alice, default), TestActor);
            Assert.NotEqual(Refusal.StillUsed, ExpectMsg<ISessionReply>() is CommandRefused refused ? refused.Reason : default);
        });
    }

    private IActorRef Start(SessionId? id = null)
    {
        var index = Sys.ActorOf(Props.Create<AcknowledgingIndex>());
        var with = With(_models, index, Options) with { Resting = _resting };
        // The session before may have asked to be stopped more than once.
        while (_shard.HasMessages)
            _shard.ReceiveOne(TimeSpan.Zero);
        return _shard.ChildActorOf(Session(with, id));
    }

    /// <summary>A question and its answer, which both devices take.</summary>
    private void Talk(IActorRef session, TestProbe asks, TestProbe looksOn, string command, string text = "Hi")
    {
        session.Tell(Say(command, "Hello"), asks);
        var start = _models.ExpectMsg<StartAnswer>();
        _models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, text));
        _models.ExpectMsg<PieceTaken>();
        _models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
        foreach (var viewer in new[] { asks, looksOn }.Distinct())
        {
            viewer.FishForMessage<DeliverFrame>(frame =>
            {
                session.Tell(new ViewerTookBytes(Id, frame.Utf8.Length), viewer);
                return !frame.Utf8.IsEmpty && Parse(frame).IsDone();
            });
            Take(session, viewer);
        }
    }

    private void Take(IActorRef session, TestProbe viewer)
    {
        session.Tell(new ViewerTookBytes(Id, 1_000_000), viewer);
        Settle(session);
        while (viewer.HasMessages)
            viewer.ReceiveOne(TimeSpan.Zero);
    }

    /// <summary>Returns when the session has handled what was sent to it.</summary>
    /// <summary>
    /// A session replies to this before it is recovered. Time must not pass until then, or its recovery comes too late: attach a viewer first.
    /// </summary>
    private void Settle(IActorRef session)
    {
        var asks = CreateTestProbe();
        session.Tell(new Identify(null), asks);
        asks.ExpectMsg<ActorIdentity>();
    }

    private void Pass(IActorRef session, TimeSpan time)
    {
        Settle(session);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    private void StaysAwake(IActorRef session)
    {
        for (var n = 0; n < 3; n++)
        {
            Pass(session, Options.PassivateAfter);
            _shard.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        }
    }

    private void Rest(IActorRef session, TimeSpan after)
    {
        // The wait begins only once journal and index have replied.
        AwaitCondition(() =>
        {
            Pass(session, after);
            return _shard.HasMessages;
        });
        _shard.ExpectMsg<Passivate>();
        Stop(session);
    }

    private void Stop(IActorRef session)
    {
        Watch(session);
        session.Tell(SessionActor.StopSession.Instance);
        ExpectTerminated(session);
    }

    /// <summary>A socket's actor on another node, as this node sees it.</summary>
    private sealed class FarViewer : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka.tcp", "chatbox", "elsewhere", 1)) / "socket";

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
