using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Harness.Files;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Files that a model returns with its answer.</summary>
public sealed class ReturnedFilesTests : ModelTestKit
{
    private readonly HeldKeeper _keeper = new();

    [Fact]
    public void Text_goes_on_while_a_file_is_stored_and_the_end_waits_for_it()
    {
        var (session, call) = Ask();
        call.Say("Here ");
        Takes(session, "Here ");
        call.Send(Files(Data(1)));
        var kept = _keeper.Next();
        Assert.Equal(("a", "alice", "image-1"), (kept.File.Answer.Value, kept.File.Owner.Value, kept.File.Name));

        call.Say("it is.");
        Takes(session, "it is.");
        call.Finish();
        ExpectNothing(session);

        kept.Keep();
        Assert.Equal("image-1.png", session.ExpectMsg<AnswerFile>().Returned.File!.Name);
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Files_are_stored_one_after_the_other_and_each_once()
    {
        var (session, call) = Ask();
        call.Send(Files(Data(1), Data(2)));
        call.Send(Files(Data(1), Address("https://example.org/a.png"), Address("https://example.org/a.png")));
        call.Finish();

        foreach (var name in new[] { "image-1", "image-2", "image-3" })
        {
            var kept = _keeper.Next();
            Assert.Equal((name, 0), (kept.File.Name, _keeper.Waiting));
            kept.Keep();
            Assert.Equal($"{name}.png", session.ExpectMsg<AnswerFile>().Returned.Name);
        }

        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void File_that_takes_too_long_is_refused_and_taken_back_when_it_comes_after_all()
    {
        var (session, call) = Ask();
        call.Send(Files(Data(1), Data(2)));
        call.Finish();
        var kept = _keeper.Next();

        // The wait for the files may begin only after the clock has moved.
        AwaitAssert(() =>
        {
            Clock.Advance(Options.ReturnedFilesTimeout);
            Assert.True(session.HasMessages);
        });
        foreach (var name in new[] { "image-1", "image-2" })
            Assert.Equal(
                ReturnedFile.Refused(name, FileFaults.Unavailable, "it could not be stored in time."),
                session.ExpectMsg<AnswerFile>().Returned
            );
        Ends(session, FinishReason.Stop);

        kept.Keep();
        Assert.Equal("image-1.png", _keeper.NextWithdrawn().Name);
    }

    [Fact]
    public void Files_beyond_the_limits_are_refused_once_and_cost_nothing()
    {
        var (session, call) = Ask();
        call.Send(Files([.. Enumerable.Range(1, ReturnedFiles.MostFiles + 3).Select(n => Data((byte)n))]));
        call.Finish();

        var refused = session.ExpectMsg<AnswerFile>().Returned;
        Assert.Equal(("an answer may bring at most 10 files.", FileFaults.Count), (refused.Refusal, refused.Fault));
        for (var n = 0; n < ReturnedFiles.MostFiles; n++)
        {
            _keeper.Next().Keep();
            Assert.NotNull(session.ExpectMsg<AnswerFile>().Returned.File);
        }

        Ends(session, FinishReason.Stop);
        Assert.Equal(0, _keeper.Waiting);
    }

    [Fact]
    public void Bytes_beyond_the_limit_are_refused()
    {
        var (session, call) = Ask();
        call.Send(Files(new DataContent(new byte[ReturnedFiles.MostBytes + 1], "image/png")));
        call.Finish();

        var refused = session.ExpectMsg<AnswerFile>().Returned;
        Assert.Equal(("the files of an answer may have at most 32 MB.", FileFaults.Total), (refused.Refusal, refused.Fault));
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Node_without_a_file_store_says_so()
    {
        var (session, call) = Ask(keeps: false);
        call.Send(Files(Data(1)));
        call.Finish();

        Assert.Equal("this server stores no files.", session.ExpectMsg<AnswerFile>().Returned.Refusal);
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Stream_that_breaks_after_a_file_is_not_asked_for_again()
    {
        var (session, call) = Ask(tries: 3);
        call.Send(Files(Data(1)));
        _keeper.Next().Keep();
        session.ExpectMsg<AnswerFile>();
        call.Break();

        Ends(session, FinishReason.Error, Chatbox.Messages.Frames.ErrorCode.LlmUnavailable);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Stopped_answer_stops_its_files()
    {
        var (session, call) = Ask();
        call.Send(Files(Data(1)));
        var kept = _keeper.Next();

        Watch(_answer);
        Sys.Stop(_answer);
        ExpectTerminated(_answer);

        AwaitAssert(() => Assert.True(kept.IsCancelled));
        ExpectNothing(session);
    }

    private IActorRef _answer = ActorRefs.Nobody;

    private (TestProbe Session, ManualChatClient.Call Call) Ask(bool keeps = true, int tries = 1)
    {
        var session = CreateTestProbe();
        var (files, options) = (new ModelFiles(null, keeps ? _keeper : null), Options with { MaxTries = tries });
        _answer = CreateTestProbe()
            .ChildActorOf(
                Props.Create(() =>
                    new AnswerActor(Ask("a", 0, "alice"), session, Model(1), Client, files, options, new NoMetrics(), Clock, null)
                )
            );
        return (session, Client.NextCall());
    }

    private static ChatResponseUpdate Files(params AIContent[] files) => new() { Role = ChatRole.Assistant, Contents = [.. files] };

    private static DataContent Data(byte content) => new(new[] { content }, "image/png");

    private static UriContent Address(string address) => new(new Uri(address), "image/png");
}
