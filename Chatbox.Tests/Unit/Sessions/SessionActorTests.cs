using Akka.Actor;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The session actor between probes for its models and its viewers.</summary>
public sealed class SessionActorTests : SessionActorKit
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
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, " answer")); // on its way when the stop arrived
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
}
