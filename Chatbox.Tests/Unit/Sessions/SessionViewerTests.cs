using Akka.Actor;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The session actor and its viewers: places, windows, acks and refusals.</summary>
public sealed class SessionViewerTests : SessionActorKit
{
    [Theory]
    [InlineData(4)]
    [InlineData(99)]
    public void Viewers_place_in_an_answer_is_in_every_frame_from_the_first_on(int claimed)
    {
        var session = Start(out var models);
        session.Tell(Say("c1", "Hello"), TestActor);
        var start = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "Half an"));
        models.ExpectMsg<PieceTaken>();

        // A viewer that got only the first frame before the session moved attaches to the next incarnation with that frame's cursor.
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, 2, new AnswerPosition(start.AnswerId, claimed), null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        Assert.Equal(new AnswerPosition(start.AnswerId, claimed), viewer.ExpectMsg<DeliverFrame>().Partial);
        Assert.Equal(new AnswerPosition(start.AnswerId, 7), viewer.ExpectMsg<DeliverFrame>().Partial);
    }

    [Fact]
    public void Someone_elses_session_is_refused_in_every_way()
    {
        var session = Start(out _);
        session.Tell(Say("c1", "Hello"), TestActor);
        FishForMessage<CommandAccepted>(_ => true);
        var mallory = CreateTestProbe();

        session.Tell(new AttachViewer(Id, new UserId("mallory"), 1, 0, null, null), mallory);
        mallory.ExpectMsg<ViewerRefused>();
        session.Tell(Say("x", "Mine now") with { UserId = new UserId("mallory") }, mallory);
        Assert.Equal(Refusal.NotFound, mallory.ExpectMsg<CommandRefused>().Reason);
        session.Tell(new GetOwnership(Id, new UserId("mallory")), mallory);
        Assert.False(mallory.ExpectMsg<Ownership>().Owned);
        session.Tell(Say("c1", "Hello") with { UserId = new UserId("mallory") }, mallory);
        mallory.ExpectMsg<CommandRefused>();
    }

    [Fact]
    public void Viewer_that_takes_nothing_gets_no_more_than_its_window_and_later_the_rest_merged()
    {
        var session = Start(out var models);
        var viewer = Attach(session);
        session.Tell(Say("c1", "Hello"), viewer);
        var start = models.ExpectMsg<StartAnswer>();
        var token = new string('x', 4_000);
        for (var n = 0; n < 50; n++)
        {
            models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, token));
            models.ExpectMsg<PieceTaken>();
        }

        var before = viewer.ReceiveWhile(
            m => m as DeliverFrame ?? new DeliverFrame(Id, default, 0, null),
            TimeSpan.FromSeconds(3),
            TimeSpan.FromMilliseconds(200)
        );
        var underWay = before.Sum(f => f.Utf8.Length);
        Assert.InRange(underWay, 1, 2 * 65_536);

        session.Tell(new ViewerTookBytes(Id, underWay), viewer);
        var piece = NextFrame(viewer, "ai_response");
        Assert.Equal(16_384, piece.GetProperty("content").GetString()!.Length);
    }

    [Theory]
    [InlineData(0)] // the client has none of the conversation
    [InlineData(3)] // another device has sent a message meanwhile
    [InlineData(null)] // the client was bound to another session before
    public void Command_without_a_reply_gets_its_ack_once_and_before_what_came_after_it(int? lastSeq)
    {
        var session = Start(out _);
        session.Tell(Say("c1", "Mine"), TestActor);
        session.Tell(Say("c2", "Another device's"), TestActor);
        FishForMessage<CommandAccepted>(m => m.CommandId.Value == "c2");
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, lastSeq, null, new CommandId("c1")), viewer);
        session.Tell(Say("c1", "Mine"), viewer);

        session.Tell(new ShowTyping(Id, Alice, true), TestActor);
        var frames = FramesUntil(viewer, f => Type(f) == "typing_indicator");

        string[] later = lastSeq == 3 ? [] : ["user_message 3"];
        Assert.Equal(
            ["ack 2", .. later],
            frames.Where(f => Type(f) is "ack" or "user_message").Select(f => $"{Type(f)} {f.GetProperty("seq")}")
        );
    }

    [Fact]
    public void Session_that_fails_ends_so_that_its_viewers_hear_of_it()
    {
        var with = With(CreateTestProbe(), Sys.ActorOf(Props.Create<AcknowledgingIndex>())) with { Clock = new BrokenClock() };
        var session = Sys.ActorOf(Session(with));
        Watch(session);

        session.Tell(Say("c1", "Hello"), TestActor);

        ExpectTerminated(session);
    }
}
