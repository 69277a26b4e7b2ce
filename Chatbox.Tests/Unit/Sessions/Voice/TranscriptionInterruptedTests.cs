using Akka.Actor;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>What happens to a session while its recording is being transcribed: nothing is lost, and nothing is done twice.</summary>
public sealed class TranscriptionInterruptedTests : TranscriptionKit
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private static readonly UserId Ana = new("ana");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Next_incarnation_goes_on_and_nothing_is_done_twice(bool byHandOver)
    {
        Accepts(Attach(Live), Speak("v1"));
        var first = Service.Next();
        if (byHandOver)
        {
            var witness = CreateTestProbe();
            witness.Watch(Live);
            Live.Tell(SessionActor.StopSession.Instance);
            witness.ExpectTerminated(Live);
            Live = Wake();
        }
        else
        {
            CrashAndWake();
        }

        var viewer = Attach(Live);
        var second = Service.Next();
        Assert.True(first.IsCancelled);
        first.Hear("Too late.");
        second.Hear("What I said.");

        Assert.Equal("What I said.", NextFrame(viewer, "transcript").Text("content"));
        Assert.Equal("What I said.", Answer());
        FramesUntil(viewer, f => f.IsDone());
        Assert.Single(Events<TranscriptionFinished>());
        Assert.Single(Events<AnswerFinished>());
        Assert.Equal(0, Service.Waiting);
    }

    [Fact]
    public void Crash_after_the_transcript_asks_the_model_and_not_the_service()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Service.Next().Hear("What I said.");
        Models.ExpectMsg<StartAnswer>();
        CrashAndWake();

        Models.FishForMessage<StartAnswer>(start => start.Prompt[^1].Text == "What I said." && start.Attempt == 1);
        Settle();
        Assert.Equal(0, Service.Waiting);
    }

    [Fact]
    public void Erasure_cancels_it_and_a_late_transcript_leaves_no_trace()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        var call = Service.Next();

        Live.Tell(new EraseSession(Id, new CommandId("x"), Alice, false), TestActor);
        ExpectMsg<CommandAccepted>();
        Assert.True(call.IsCancelled);
        call.Hear("Too late.");
        Settle();

        Assert.All(this.Journaled(), row => Assert.IsType<SessionErased>(row));
        Models.ExpectMsg<CancelAnswer>();
        Models.ExpectNoMsg(Moment);
    }

    [Fact]
    public void End_of_the_session_ends_it_and_says_so()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        var call = Service.Next();

        Live.Tell(new EndSession(Id, new CommandId("e"), Alice), TestActor);
        ExpectMsg<CommandAccepted>();
        var frames = FramesUntil(viewer, f => Type(f) == "transcript");
        Assert.Equal(("failed", "ended"), (Metadata(frames[^1], "state"), Metadata(frames[^1], "reason")));
        Assert.Equal("stopped", Metadata(Assert.Single(frames, f => f.IsDone()), "finish_reason"));
        Assert.True(call.IsCancelled);
        call.Hear("Too late.");
        Settle();

        Assert.Single(Events<TranscriptionFinished>());
        Models.ExpectMsg<CancelAnswer>();
        Models.ExpectNoMsg(Moment);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Person_who_has_taken_over_reads_the_transcript_and_no_model_answers(bool sentBefore)
    {
        var viewer = Attach(Live);
        if (!sentBefore)
            Accepts(viewer, Say("c0", "Help"));
        if (!sentBefore)
            Answer();
        if (sentBefore)
            Accepts(viewer, Speak("v1"));
        Live.Tell(new TakeOver(Id, new CommandId("t"), Ana, "Ana"), TestActor);
        ExpectMsg<CommandAccepted>();
        if (!sentBefore)
            Accepts(viewer, Speak("v1"));
        var admin = CreateTestProbe();
        Live.Tell(new AttachViewer(Id, Ana, 1, null, null, null) { AsAdmin = true }, admin);

        Service.Next().Hear("What I said.");
        Assert.Equal("What I said.", NextFrame(admin, "transcript").Text("content"));
        NextFrame(viewer, "transcript");
        Settle();
        Models.ReceiveWhile<CancelAnswer>(_ => true, Moment);
        Models.ExpectNoMsg(Moment);

        // Nobody has answered it but the person, so that a model is not asked about it later either.
        Assert.DoesNotContain(Events<AnswerRegenerated>(), _ => true);
    }

    [Fact]
    public void Person_who_has_taken_over_bounds_no_queue_so_that_the_transcriptions_are_bounded()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Say("c0", "Help"));
        Answer();
        Live.Tell(new TakeOver(Id, new CommandId("t"), Ana, "Ana"), TestActor);
        ExpectMsg<CommandAccepted>();
        for (var n = 0; n < 10; n++)
            Accepts(viewer, Speak($"v{n}"));

        Assert.Equal(Refusal.QueueFull, Refused(Speak("v10")));
        Service.Next().Hear("One less.");
        NextFrame(viewer, "transcript");
        Accepts(viewer, Speak("v10"));
    }
}
