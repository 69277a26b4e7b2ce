using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Promises one-answer, fence and stop: a session moves to another node while its answer streams on.</summary>
public sealed class AnswerMoveTests : SessionActorKit
{
    private readonly FakeNodes _nodes = new();
    private readonly TestProbe _models;
    private readonly TestProbe _relays;

    public AnswerMoveTests()
        : base("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
    {
        (_models, _relays) = (CreateTestProbe(), CreateTestProbe());
        _nodes.Relays = _relays;
    }

    [Fact]
    public void Next_incarnation_takes_the_rest_from_the_stream_and_nothing_is_asked_or_withdrawn()
    {
        var (start, session) = Moved("Half ");
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, 2, new AnswerPosition(start.AnswerId, 5), null), viewer);
        viewer.ExpectMsg<ViewerAttached>();

        Part(session, start, 1, p => p with { Text = "an " });
        Part(session, start, 2, p => p with { Text = "answer" });
        Part(session, start, 3, p => p with { End = new RelayedEnd(FinishReason.Stop, new TokenUsage(1, 2, false), null, null, null) });

        var frames = FramesUntil(viewer, f => Type(f) == "ai_response" && IsDone(f));
        Assert.Equal(
            "an answer",
            string.Concat(frames.Where(f => Type(f) == "ai_response").Select(f => f.GetProperty("content").GetString()))
        );
        Assert.DoesNotContain(frames, f => f.GetRawText().Contains("\"reset\"", StringComparison.Ordinal));
        var finished = Assert.Single(this.Journaled().OfType<AnswerFinished>());
        Assert.Equal(new TokenUsage(1, 2, false), finished.Usage);
        Assert.DoesNotContain(this.Journaled(), e => e is AnswerResumed);
        _models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Part_that_comes_twice_is_shown_once_and_confirmed_twice()
    {
        var (start, session) = Moved("Half ");
        Part(session, start, 1, p => p with { Text = "an" });
        Part(session, start, 1, p => p with { Text = "an" });
        Part(session, start, 2, p => p with { End = new RelayedEnd(FinishReason.Stop, null, null, null, null) });

        AwaitAssert(() => Assert.Equal("Half an", TextOf(this.Journaled(), start)));
    }

    [Fact]
    public void Stream_that_is_gone_is_continued_from_the_same_place()
    {
        var start = Leave("Half ");
        _nodes.Relays = null; // the node is no member any more
        StartSession();
        Assert.Equal("Half ", Continues(start).Prompt[^1].Text);
    }

    [Fact]
    public void Node_that_does_not_reply_is_not_waited_for_long()
    {
        var start = Leave("Half ");
        StartSession();
        _relays.ExpectMsg<AttachAnswer>();
        AwaitCondition(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(5));
            return _relays.HasMessages;
        });
        Assert.Equal("Half ", Continues(start).Prompt[^1].Text);
        Assert.Equal(start.AnswerId, _relays.ExpectMsg<CancelRelay>().AnswerId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stream_that_ends_early_is_continued_with_all_that_came_of_it(bool isTold)
    {
        var (start, session) = Moved("Half ");
        Part(session, start, 1, p => p with { Text = "an " });
        if (isTold)
            _relays.Send(session, new AnswerGone(start.AnswerId, start.Attempt));
        else
            this.Crash(_relays.Ref);
        var resumed = Continues(start);
        Assert.Equal("Half an ", resumed.Prompt[^1].Text);
        Assert.Equal(start.Attempt + 1, resumed.Attempt);
    }

    [Fact]
    public void Stop_reaches_the_stream_and_nothing_of_it_is_shown_any_more()
    {
        var (start, session) = Moved("Half ");
        session.Tell(new StopAnswer(Id, new Chatbox.Messages.CommandId("s1"), true, Alice), TestActor);
        Assert.Equal(start.AnswerId, _relays.FishForMessage<CancelRelay>(_ => true).AnswerId);
        Tell(session, start, 1, p => p with { Text = "too late" });
        _relays.FishForMessage<CancelRelay>(_ => true);
        Assert.Equal("Half ", TextOf(this.Journaled(), start));
        Assert.Equal(FinishReason.Stopped, Assert.Single(this.Journaled().OfType<AnswerFinished>()).Reason);
    }

    [Fact]
    public void Session_that_moves_once_more_leaves_the_stream_where_it_is()
    {
        var (start, session) = Moved("Half ");
        Part(session, start, 1, p => p with { Text = "an " });
        Stop(session);
        StartSession();
        Assert.Equal(new AttachAnswer(start.AnswerId, start.Attempt, 8), _relays.FishForMessage<AttachAnswer>(_ => true));
        Assert.DoesNotContain(this.Journaled(), e => e is AnswerResumed);
    }

    [Fact]
    public void Stream_that_cannot_leave_is_cancelled_and_continued_as_after_a_crash()
    {
        var (start, session) = Answering("Half ");
        var witness = Stops(session);
        _relays.ExpectMsg<LeaveAnswer>();
        _relays.Reply(new AnswerStays(start.AnswerId, start.Attempt));
        witness.ExpectTerminated(session);
        Assert.Equal(start.AnswerId, _models.ExpectMsg<CancelAnswer>().AnswerId);
        StartSession();
        Continues(start);
    }

    [Fact]
    public void Answer_that_ends_while_its_session_leaves_has_ended()
    {
        var (start, session) = Answering("Half ");
        var witness = Stops(session);
        _relays.ExpectMsg<LeaveAnswer>();
        _models.Send(session, new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
        _relays.Send(session, new AnswerStays(start.AnswerId, start.Attempt));
        witness.ExpectTerminated(session);
        Assert.Equal(FinishReason.Stop, Assert.Single(this.Journaled().OfType<AnswerFinished>()).Reason);
    }

    [Fact]
    public void Session_alone_in_its_cluster_leaves_no_stream()
    {
        _nodes.HasOthers = false;
        var (start, session) = Answering("Half ");
        Stop(session);
        _relays.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(start.AnswerId, _models.ExpectMsg<CancelAnswer>().AnswerId);
    }

    /// <summary>An answer whose session has taken some text.</summary>
    private (StartAnswer Start, IActorRef Session) Answering(string text)
    {
        var session = StartSession();
        session.Tell(Say("c1", "Hello"));
        var start = _models.ExpectMsg<StartAnswer>();
        _models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, text));
        _models.ExpectMsg<PieceTaken>();
        return (start, session);
    }

    /// <summary>The session of a running answer has left its node, and the stream goes on there.</summary>
    private StartAnswer Leave(string text)
    {
        var (start, session) = Answering(text);
        var witness = Stops(session);
        Assert.Equal(text.Length, _relays.ExpectMsg<LeaveAnswer>().Length);
        _models.Send(session, new AnswerPiece(start.AnswerId, start.Attempt, "not taken"));
        _relays.Send(session, new AnswerLeft(start.AnswerId, start.Attempt));
        witness.ExpectTerminated(session);
        Assert.Equal(text, TextOf(this.Journaled(), start));
        _models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        return start;
    }

    /// <summary>The next incarnation of such a session, attached to the stream.</summary>
    private (StartAnswer Start, IActorRef Session) Moved(string text)
    {
        var start = Leave(text);
        var session = StartSession();
        Assert.Equal(new AttachAnswer(start.AnswerId, start.Attempt, text.Length), _relays.ExpectMsg<AttachAnswer>());
        _relays.Reply(new AnswerAttached(start.AnswerId, start.Attempt));
        return (start, session);
    }

    private void Stop(IActorRef session) => Stops(session).ExpectTerminated(session);

    /// <summary>Tells the session to leave its node; returns who sees it stop.</summary>
    private TestProbe Stops(IActorRef session)
    {
        var witness = CreateTestProbe();
        witness.Watch(session);
        session.Tell(SessionActor.StopSession.Instance);
        return witness;
    }

    private void Part(IActorRef session, StartAnswer start, int number, Func<RelayedPart, RelayedPart> content)
    {
        Tell(session, start, number, content);
        Assert.Equal(number, _relays.ExpectMsg<PartTaken>().Number);
    }

    private void Tell(IActorRef session, StartAnswer start, int number, Func<RelayedPart, RelayedPart> content) =>
        _relays.Send(session, content(new RelayedPart(start.AnswerId, start.Attempt, number)));

    private StartAnswer Continues(StartAnswer start) =>
        _models.FishForMessage<StartAnswer>(m => m.AnswerId == start.AnswerId && m.Continues);

    private static bool IsDone(JsonElement frame) => frame.GetProperty("metadata").GetProperty("done").GetString() == "true";

    private static string TextOf(IEnumerable<object> rows, StartAnswer start) =>
        string.Concat(
            rows.Select(row =>
                row switch
                {
                    AnswerCheckpointed e when e.MessageId == start.AnswerId => e.Text,
                    AnswerFinished e when e.MessageId == start.AnswerId => e.Text,
                    _ => "",
                }
            )
        );

    private IActorRef StartSession() =>
        Sys.ActorOf(
            Session(
                With(_models, Sys.ActorOf(Props.Create<AcknowledgingIndex>()), new ChatSessionOptions()) with
                {
                    Moves = new AnswerMoves(_relays, _nodes),
                }
            )
        );
}
