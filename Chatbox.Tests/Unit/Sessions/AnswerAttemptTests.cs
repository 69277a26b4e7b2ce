using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Promise one-answer: late messages of a model, messages of earlier attempts, a lost answer, and withdrawn text.</summary>
public sealed class AnswerAttemptTests()
    : TestKit(
        $"""
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        {Store}
        """
    )
{
    [Fact]
    public void What_is_left_of_an_earlier_attempt_is_not_part_of_the_new_one()
    {
        var (models, viewer) = (CreateTestProbe(), CreateTestProbe());
        var session = Start(models);
        session.Tell(Say("c1", "Hello"));
        var first = models.ExpectMsg<StartAnswer>();
        this.Crash(session);
        session = Start(models);
        var second = models.FishForMessage<StartAnswer>(_ => true);
        Attach(session, viewer);
        Assert.Equal((first.AnswerId, first.Attempt + 1), (second.AnswerId, second.Attempt));

        models.Reply(new AnswerPiece(first.AnswerId, first.Attempt, "stale"));
        models.Reply(new AnswerEnded(first.AnswerId, first.Attempt, FinishReason.Error, null, ErrorCode.ServiceError, null));
        models.Reply(new AnswerPiece(second.AnswerId, second.Attempt, "fresh"));
        models.ExpectMsg<PieceTaken>();
        models.Reply(new AnswerEnded(second.AnswerId, second.Attempt, FinishReason.Stop, null, null, null));

        var done = FramesUntilDone(viewer);
        Assert.Equal("fresh", Text(done));
        Assert.Equal("stop", done[^1].GetProperty("metadata").GetProperty("finish_reason").GetString());
    }

    [Fact]
    public void Answer_that_its_model_has_lost_ends_and_is_cancelled()
    {
        var (models, viewer) = (CreateTestProbe(), CreateTestProbe());
        var session = Start(models);
        Attach(session, viewer);
        session.Tell(Say("c1", "Hello"));
        var start = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "Half"));
        models.ExpectMsg<PieceTaken>();

        // The longest wait for a turn at the model, and the longest answer.
        ((TestScheduler)Sys.Scheduler).Advance(TwoModels.FirstTokenTimeout + TwoModels.AnswerTimeout);
        models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(start.AnswerId, models.ExpectMsg<CancelAnswer>().AnswerId);
        var frames = FramesUntilDone(viewer);
        Assert.Equal("Half", Text(frames));
        Assert.Equal("timeout", frames[^1].GetProperty("metadata").GetProperty("finish_reason").GetString());
        session.Tell(Say("c2", "Hello"));
        models.ExpectMsg<StartAnswer>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    public void Withdrawn_text_is_replaced_openly_even_by_text_of_the_same_length(int checkpointSeconds)
    {
        var (models, viewer) = (CreateTestProbe(), CreateTestProbe());
        var session = Start(models, TimeSpan.FromSeconds(checkpointSeconds));
        Attach(session, viewer);
        session.Tell(Say("c1", "Hello"));
        var start = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "damn"));
        models.ExpectMsg<PieceTaken>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "nice", Replaces: true));
        models.ExpectMsg<PieceTaken>();
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, " day"));
        models.ExpectMsg<PieceTaken>();
        models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Cut, null, null, null));

        var frames = FramesUntilDone(viewer);
        Assert.Equal("nice day", Text(frames));
        Assert.Single(frames, IsReset);

        this.Crash(session);
        var late = CreateTestProbe();
        Attach(Start(models), late, lastSeq: 2, new AnswerPosition(start.AnswerId, 4));
        var again = FramesUntilDone(late);
        Assert.True(IsReset(again[0]));
        Assert.Equal("nice day", Text(again));
    }

    [Fact]
    public void Viewer_without_room_stands_where_its_client_does_until_the_reset_has_gone_out()
    {
        var (models, viewer) = (CreateTestProbe(), CreateTestProbe());
        var session = Start(models);
        Attach(session, viewer);
        session.Tell(Say("c1", "Hello"));
        var start = models.ExpectMsg<StartAnswer>();
        for (var n = 0; n < 10; n++)
        {
            models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, new string('x', 16_000)));
            models.ExpectMsg<PieceTaken>();
        }

        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "instead", Replaces: true));
        models.ExpectMsg<PieceTaken>();
        session.Tell(new SelectModel(Id, new CommandId("m1"), true, Alice, new ModelId("m")), viewer);
        viewer.FishForMessage<CommandAccepted>(_ => true);
        session.Tell(new ViewerTookBytes(Id, 1_000_000), viewer);

        AnswerPosition? standing = null;
        viewer.FishForMessage<DeliverFrame>(frame =>
        {
            if (frame.Utf8.IsEmpty)
                return false;
            var json = JsonDocument.Parse(frame.Utf8).RootElement;
            if (IsReset(json))
            {
                Assert.Equal(new AnswerPosition(start.AnswerId, 0), frame.Partial);
                return true;
            }

            Assert.True(frame.Partial is null || standing is null || frame.Partial.Value.Offset >= standing.Value.Offset);
            standing = frame.Partial ?? standing;
            return false;
        });
        Assert.True(standing is { Offset: > 0 });
    }

    private IActorRef Start(IActorRef models, TimeSpan? checkpoint = null)
    {
        var options = new ChatSessionOptions { CheckpointInterval = checkpoint ?? TimeSpan.FromSeconds(1) };
        return Sys.ActorOf(Session(With(models, ActorRefs.Nobody, options)));
    }

    private static void Attach(IActorRef session, TestProbe viewer, long? lastSeq = null, AnswerPosition? partial = null)
    {
        session.Tell(new AttachViewer(Id, Alice, 1, lastSeq, partial, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
    }

    /// <summary>The frames of the answer, up to its end.</summary>
    private static List<JsonElement> FramesUntilDone(TestProbe viewer)
    {
        var frames = new List<JsonElement>();
        viewer.FishForMessage<DeliverFrame>(m =>
        {
            if (
                m.Utf8.IsEmpty
                || JsonDocument.Parse(m.Utf8).RootElement is var frame && frame.GetProperty("type").GetString() != "ai_response"
            )
                return false;
            frames.Add(JsonDocument.Parse(m.Utf8).RootElement);
            return frames[^1].GetProperty("metadata").GetProperty("done").GetString() == "true";
        });
        return frames;
    }

    private static bool IsReset(JsonElement frame) =>
        frame.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("reset", out _);

    /// <summary>The text that a client has after it applied all frames.</summary>
    private static string Text(IEnumerable<JsonElement> frames)
    {
        var text = "";
        foreach (var frame in frames)
        {
            var offset = frame.GetProperty("offset").GetInt32();
            if (IsReset(frame))
                text = text[..Math.Min(offset, text.Length)];
            Assert.Equal(text.Length, offset);
            text += frame.GetProperty("content").GetString();
        }

        return text;
    }
}
