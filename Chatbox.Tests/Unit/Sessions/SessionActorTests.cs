using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The session with a probe for its models and probes for its viewers.</summary>
public sealed class SessionActorTests() : TestKit($"akka.loglevel = WARNING\n{Store}")
{
    [Fact]
    public void Message_is_acknowledged_and_its_answer_streams_and_ends_once()
    {
        var (session, models) = (Start(out var probe), probe);
        var viewer = Attach(session);
        session.Tell(Say("c1", "Hello"), viewer);

        var ack = NextFrame(viewer, "ack");
        Assert.Equal("c1", ack.GetProperty("id").GetString());
        Assert.Equal(2, ack.GetProperty("seq").GetInt64());
        viewer.FishForMessage<CommandAccepted>(m => !m.Repeated);
        var start = models.ExpectMsg<StartAnswer>();
        Assert.Equal([("user", "Hello")], start.Prompt.Select(m => (m.Role.Value, m.Text)));
        NextFrame(viewer, "loading");

        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "Hi "));
        models.ExpectMsg<PieceTaken>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "there"));
        models.ExpectMsg<PieceTaken>();
        models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, new TokenUsage(3, 2, false), null, null));

        Assert.Equal("Hi ", NextFrame(viewer, "ai_response").GetProperty("content").GetString());
        Assert.Equal("there", NextFrame(viewer, "ai_response").GetProperty("content").GetString());
        var done = NextFrame(viewer, "ai_response");
        Assert.Equal("true", done.GetProperty("metadata").GetProperty("done").GetString());
        Assert.Equal("stop", done.GetProperty("metadata").GetProperty("finish_reason").GetString());
        Assert.Equal("3", done.GetProperty("metadata").GetProperty("prompt_tokens").GetString());
        Assert.True(done.GetProperty("seq").GetInt64() > 2);
        viewer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Repeated_command_gets_the_first_ack_and_no_second_answer()
    {
        var session = Start(out var models);
        var viewer = Attach(session);
        session.Tell(Say("c1", "Hello"), viewer);
        var first = NextFrame(viewer, "ack");
        models.ExpectMsg<StartAnswer>();

        session.Tell(Say("c1", "Hello"), viewer);
        var second = NextFrame(viewer, "ack");

        Assert.Equal(first.GetRawText(), second.GetRawText());
        viewer.FishForMessage<CommandAccepted>(m => m.Repeated);
        models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

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

        // Whoever hears no more than the first frame, because the session moves on, comes to its next life with what that frame said.
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, 2, new AnswerPosition(start.AnswerId, claimed), null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        Assert.Equal(new AnswerPosition(start.AnswerId, claimed), viewer.ExpectMsg<DeliverFrame>().Partial);
        Assert.Equal(new AnswerPosition(start.AnswerId, 7), viewer.ExpectMsg<DeliverFrame>().Partial);
    }

    [Fact]
    public void Accepted_message_is_answered_after_a_crash_under_the_same_answer_id()
    {
        var session = Start(out var models);
        session.Tell(Say("c1", "Hello"), TestActor);
        var first = models.ExpectMsg<StartAnswer>();
        this.Crash(session);

        Start(models);
        models.FishForMessage<StartAnswer>(m => m.AnswerId == first.AnswerId && !m.Continues);
    }

    [Fact]
    public void Interrupted_answer_goes_on_from_its_checkpoint_and_what_was_shown_beyond_it_is_withdrawn()
    {
        var session = Start(out var models, new ChatSessionOptions { CheckpointInterval = TimeSpan.Zero });
        session.Tell(Say("c1", "Hello"), TestActor);
        var start = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "One two "));
        models.ExpectMsg<PieceTaken>();
        this.Crash(session);

        var again = Start(models);
        var resumed = models.FishForMessage<StartAnswer>(m => m.Continues);
        Assert.Equal("One two ", resumed.Prompt[^1].Text);
        Assert.Equal(ChatRole.Assistant, resumed.Prompt[^1].Role);

        var viewer = CreateTestProbe();
        again.Tell(new AttachViewer(Id, Alice, 1, 2, new AnswerPosition(start.AnswerId, 14), null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        NextFrame(viewer, "connection_status");
        var reset = NextFrame(viewer, "ai_response");
        Assert.Equal("true", reset.GetProperty("metadata").GetProperty("reset").GetString());
        Assert.Equal(8, reset.GetProperty("offset").GetInt32());

        models.Reply(new AnswerPiece(start.AnswerId, resumed.Attempt, "three"));
        var piece = NextFrame(viewer, "ai_response");
        Assert.Equal(8, piece.GetProperty("offset").GetInt32());
        Assert.Equal("three", piece.GetProperty("content").GetString());
    }

    [Fact]
    public void Four_messages_are_accepted_at_once_and_answered_in_order()
    {
        var session = Start(out var models);
        var viewer = Attach(session);
        foreach (var n in Enumerable.Range(1, 5))
            session.Tell(Say($"c{n}", $"Question {n}"), viewer);
        Assert.Equal(Refusal.QueueFull, viewer.FishForMessage<CommandRefused>(_ => true).Reason);

        foreach (var n in Enumerable.Range(1, 4))
        {
            var start = models.FishForMessage<StartAnswer>(_ => true);
            Assert.Equal($"Question {n}", start.Prompt[^1].Text);
            Assert.Equal(n * 2 - 1, start.Prompt.Count);
            models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, $"Answer {n}"));
            models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
        }
    }

    [Fact]
    public void Stop_keeps_what_was_shown_and_lets_the_next_message_have_its_turn()
    {
        var session = Start(out var models);
        var viewer = Attach(session);
        session.Tell(Say("c1", "First"), viewer);
        session.Tell(Say("c2", "Second"), viewer);
        var start = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "Half an"));
        models.ExpectMsg<PieceTaken>();

        session.Tell(new StopAnswer(Id, new CommandId("s"), true, Alice), viewer);
        Assert.Equal(start.AnswerId, models.ExpectMsg<CancelAnswer>().AnswerId);
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, " answer")); // under way when the stop came
        Assert.Equal("Second", models.FishForMessage<StartAnswer>(_ => true).Prompt[^1].Text);

        var frames = FramesUntil(viewer, f => Type(f) == "ack" && f.GetProperty("id").GetString() == "s");
        var pieces = frames.Where(f => Type(f) == "ai_response").ToList();
        Assert.Equal("Half an", string.Concat(pieces.Select(p => p.GetProperty("content").GetString())));
        Assert.Equal("stopped", pieces[^1].GetProperty("metadata").GetProperty("finish_reason").GetString());
    }

    [Fact]
    public void Failed_answer_ends_with_done_and_then_an_error_to_the_one_who_asked()
    {
        var session = Start(out var models);
        var (asker, other) = (Attach(session), Attach(session));
        session.Tell(Say("c1", "Hello"), asker);
        var start = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Timeout, null, "LLM_TIMEOUT", null));

        var frames = FramesUntil(asker, f => Type(f) == "error");
        Assert.Equal("timeout", frames[^2].GetProperty("metadata").GetProperty("finish_reason").GetString());
        Assert.Equal("LLM_TIMEOUT", frames[^1].GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(FramesUntil(other, f => Type(f) == "ai_response"), f => Type(f) == "error");
        other.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
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

    [Fact]
    public void Selected_model_answers_the_next_message_and_survives_a_crash()
    {
        var session = Start(out var models);
        var viewer = Attach(session);
        session.Tell(new SelectModel(Id, new CommandId("m1"), true, Alice, TwoModels.Models[1].Id), viewer);
        Assert.Equal("n", NextFrame(viewer, "connection_status").GetProperty("model_id").GetString());
        Assert.Equal("m1", NextFrame(viewer, "ack").GetProperty("id").GetString());
        this.Crash(session);

        var again = Start(models);
        again.Tell(Say("c1", "Hello"), TestActor);
        Assert.Equal(TwoModels.Models[1].Id, models.ExpectMsg<StartAnswer>().ModelId);
    }

    [Fact]
    public void Unknown_model_is_refused()
    {
        var session = Start(out _);
        session.Tell(new SelectModel(Id, new CommandId("m1"), true, Alice, new ModelId("gone")), TestActor);
        Assert.Equal(Refusal.UnknownModel, ExpectMsg<CommandRefused>().Reason);
    }

    [Theory]
    [InlineData(0)] // the client has nothing of it
    [InlineData(3)] // another device's message has come meanwhile
    [InlineData(null)] // it was bound to another session before
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

    [Fact]
    public void State_after_snapshots_equals_the_state_before()
    {
        var session = Start(out var models, new ChatSessionOptions { SnapshotEvery = 10 });
        for (var n = 0; n < 12; n++)
        {
            session.Tell(Say($"c{n}", $"Question {n}"), TestActor);
            var start = models.FishForMessage<StartAnswer>(_ => true);
            models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, $"Answer {n}"));
            models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
            FishForMessage<CommandAccepted>(_ => true);
        }

        var before = Transcript(session);
        this.Crash(session);
        var after = Transcript(Start(models));
        Assert.Equal(36, before.Count); // 12 messages, 12 pieces, 12 ends
        Assert.Equal(before, after);
    }

    private List<string> Transcript(IActorRef session)
    {
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, 0, null, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        NextFrame(viewer, "connection_status");
        return viewer
            .ReceiveWhile(m => m as DeliverFrame, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(300))
            .Select(m => Parse(m!))
            .Select(f => $"{Type(f)} {f.GetProperty("message_id")} {f.GetProperty("content")}")
            .ToList();
    }

    private IActorRef Start(out TestProbe models, ChatSessionOptions? options = null)
    {
        models = CreateTestProbe();
        return Start(models, options);
    }

    private IActorRef Start(TestProbe models, ChatSessionOptions? options = null) =>
        Sys.ActorOf(Session(With(models, Sys.ActorOf(Props.Create<AcknowledgingIndex>()), options)));

    private TestProbe Attach(IActorRef session)
    {
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        NextFrame(viewer, "connection_status");
        return viewer;
    }

    private static JsonElement NextFrame(TestProbe viewer, string type) => FramesUntil(viewer, f => Type(f) == type)[^1];

    private static List<JsonElement> FramesUntil(TestProbe viewer, Func<JsonElement, bool> last)
    {
        var frames = new List<JsonElement>();
        viewer.FishForMessage<DeliverFrame>(m =>
        {
            if (m.Utf8.IsEmpty)
                return false;
            frames.Add(Parse(m));
            return last(frames[^1]);
        });
        return frames;
    }

    private static JsonElement Parse(DeliverFrame frame) => JsonDocument.Parse(frame.Utf8).RootElement;

    private static string? Type(JsonElement frame) => frame.GetProperty("type").GetString();
}
