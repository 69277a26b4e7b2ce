using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Harness.Files;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>A file that a model returns is journaled before anybody sees it, and nobody sees one that comes too late.</summary>
public sealed class ReturnedFileTests : SessionActorKit
{
    private static readonly ReturnedFile Picture = HeldKeeper.Stored("image-1.png");
    private readonly HeldKeeper _keeper = new();
    private readonly TestProbe _models;
    private IActorRef _session;

    public ReturnedFileTests()
    {
        _models = CreateTestProbe();
        _session = Wake();
    }

    [Fact]
    public void File_is_shown_to_all_before_the_end_of_its_answer()
    {
        var (viewer, other) = (Attach(_session), Attach(_session));
        var start = Ask(viewer);

        _models.Send(_session, new AnswerPiece(start.AnswerId, 0, "Here."));
        _models.Send(_session, new AnswerFile(start.AnswerId, 0, Picture));
        End(start);

        foreach (var each in new[] { viewer, other })
        {
            var frames = FramesUntil(each, frame => frame.IsDone());
            var file = Assert.Single(frames, frame => frame.Type() == "file_upload");
            Assert.Equal(("ai", start.AnswerId.Value), (file.Text("sender"), file.Metadata("of")));
            Assert.Equal("image-1.png", file.GetProperty("files")[0].Text("name"));
            Assert.Equal(Picture.File!.Id, file.Text("file_id"));
            Assert.Equal("1", frames[^1].Metadata("files"));
            Assert.True(file.GetProperty("seq").GetInt64() < frames[^1].GetProperty("seq").GetInt64());
        }

        Assert.Equal(Picture, Assert.Single(Events<FileReturned>()).Returned);
        Assert.Empty(_keeper.Withdrawn);
    }

    [Fact]
    public void Refused_file_is_told_with_its_name_and_reason()
    {
        var viewer = Attach(_session);
        var start = Ask(viewer);

        _models.Send(
            _session,
            new AnswerFile(start.AnswerId, 0, ReturnedFile.Refused("run.exe", FileFaults.Type, "Programs are not accepted."))
        );
        End(start);

        var frames = FramesUntil(viewer, frame => frame.IsDone());
        var told = Assert.Single(frames, frame => frame.Type() == "notification");
        Assert.Equal("The model returned the file run.exe, which is not shown: Programs are not accepted.", told.Text("content"));
        Assert.Equal(("file_refused", "run.exe", "type"), (told.Metadata("reason"), told.Metadata("name"), told.Metadata("fault")));
        Assert.Null(frames[^1].Metadata("files"));
    }

    [Fact]
    public void File_that_comes_after_a_stop_is_seen_by_nobody_and_taken_back()
    {
        var viewer = Attach(_session);
        var start = Ask(viewer);
        _session.Tell(new StopAnswer(Id, new CommandId("stop"), true, Alice), viewer);
        FramesUntil(viewer, frame => frame.IsDone());

        _models.Send(_session, new AnswerFile(start.AnswerId, 0, Picture));

        Assert.Equal(Picture, _keeper.NextWithdrawn());
        Assert.Empty(Events<FileReturned>());
    }

    [Fact]
    public void File_that_was_shown_before_a_crash_stays_and_is_not_doubled_when_it_comes_again()
    {
        var viewer = Attach(_session);
        var start = Ask(viewer);
        _models.Send(_session, new AnswerFile(start.AnswerId, 0, Picture));
        NextFrame(viewer, "file_upload");

        this.Crash(_session);
        _session = Wake();
        var resumed = _models.FishForMessage<StartAnswer>(_ => true);
        Assert.Equal((start.AnswerId, 1), (resumed.AnswerId, resumed.Attempt));
        _models.Send(_session, new AnswerFile(resumed.AnswerId, 1, Picture));
        _models.Send(_session, new AnswerFile(resumed.AnswerId, 1, HeldKeeper.Stored("image-2.png", new string('a', 32))));
        End(resumed);

        var again = CreateTestProbe();
        _session.Tell(new AttachViewer(Id, Alice, 1, 0, null, null), again);
        again.ExpectMsg<ViewerAttached>();
        var frames = FramesUntil(again, frame => frame.IsDone());
        Assert.Equal(["image-1.png", "image-2.png"], frames.Where(f => f.Type() == "file_upload").Select(NameOf));
        Assert.Equal("2", frames[^1].Metadata("files"));
        Assert.Empty(_keeper.Withdrawn);
    }

    [Fact]
    public void File_of_an_attempt_before_a_crash_is_dropped()
    {
        var viewer = Attach(_session);
        var start = Ask(viewer);
        this.Crash(_session);
        _session = Wake();
        _models.FishForMessage<StartAnswer>(_ => true);

        _models.Send(_session, new AnswerFile(start.AnswerId, 0, Picture));

        Assert.Equal(Picture, _keeper.NextWithdrawn());
        Assert.Empty(Events<FileReturned>());
    }

    [Fact]
    public void No_file_reaches_anybody_after_a_takeover()
    {
        var viewer = Attach(_session);
        var start = Ask(viewer);
        _session.Tell(new TakeOver(Id, new CommandId("take"), new UserId("ana"), "Ana"), viewer);
        NextFrame(viewer, "admin_join");

        _models.Send(_session, new AnswerFile(start.AnswerId, 0, Picture));

        Assert.Equal(Picture, _keeper.NextWithdrawn());
        Assert.Empty(Events<FileReturned>());
    }

    private IActorRef Wake() =>
        Sys.ActorOf(Session(With(_models, Sys.ActorOf(Props.Create<AcknowledgingIndex>())) with { ReturnedFiles = _keeper }));

    private StartAnswer Ask(TestProbe viewer)
    {
        _session.Tell(Say("c1", "Draw a cat."), viewer);
        return _models.FishForMessage<StartAnswer>(_ => true);
    }

    private void End(StartAnswer start) =>
        _models.Send(_session, new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));

    private IReadOnlyList<TEvent> Events<TEvent>() => [.. this.Journaled().OfType<TEvent>()];

    private static string? NameOf(JsonElement frame) => frame.GetProperty("files")[0].Text("name");
}
