using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>A recording that did not become text is said to have none; it stays, and can be transcribed again.</summary>
public sealed class TranscriptionFailureTests : TranscriptionKit
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(TranscriptionFailure.Unavailable, "unavailable")]
    [InlineData(TranscriptionFailure.Refused, "refused")]
    [InlineData(TranscriptionFailure.TooLarge, "too_large")]
    [InlineData(TranscriptionFailure.NothingHeard, "nothing_heard")]
    [InlineData(TranscriptionFailure.Gone, "gone")]
    public void Failure_is_shown_to_all_and_told_to_the_sender_and_no_model_answers(TranscriptionFailure failure, string reason)
    {
        var (viewer, other) = (Attach(Live), Attach(Live));
        Accepts(viewer, Speak("v1"));
        Service.Next().Fail(failure);

        var transcript = NextFrame(other, "transcript");
        Assert.Equal(("", "failed", reason), (transcript.Text("content"), Metadata(transcript, "state"), Metadata(transcript, "reason")));
        Assert.Equal("error", Metadata(FramesUntil(other, f => f.IsDone())[^1], "finish_reason"));
        Assert.Equal(ErrorCode.TranscriptionFailed, NextFrame(viewer, "error").ErrorCode());
        Models.ExpectNoMsg(Moment);

        // The conversation goes on, and its model is told what it lacks.
        Accepts(viewer, Say("c2", "And now?"));
        Assert.Contains(Models.ExpectMsg<StartAnswer>().Prompt, m => m.Text.Contains("no transcript", StringComparison.Ordinal));
    }

    [Fact]
    public void Transcriber_that_throws_is_a_failure_like_others()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Service.Next().Throw();

        Assert.Equal("unavailable", Metadata(NextFrame(viewer, "transcript"), "reason"));
        Assert.Equal(ErrorCode.TranscriptionFailed, NextFrame(viewer, "error").ErrorCode());
    }

    [Fact]
    public void Node_without_the_service_ends_what_another_node_began()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        this.Crash(Live);
        Live = Wake(transcribes: false);
        viewer = Attach(Live);
        Settle();

        Assert.Equal(TranscriptionFailure.Unavailable, AwaitOutcome().Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Last_message_is_answered_once_it_is_transcribed_again(bool byRegenerate)
    {
        var (viewer, other) = (Attach(Live), Attach(Live));
        Accepts(viewer, Speak("v1"));
        Service.Next().Fail(TranscriptionFailure.Unavailable);
        NextFrame(viewer, "error");
        var voice = Events<MessageSubmitted>()[0];

        IIdentifiedCommand again = byRegenerate ? Regenerate("t1") : Again("t1", voice.MessageId);
        var ack = Accepts(viewer, again);
        Service.Next().Hear("What I said.");
        Assert.Equal("What I said.", Answer());

        var frames = FramesUntil(other, f => f.IsDone() && Metadata(f, "finish_reason") == "stop");
        Assert.Equal(ack.Text("message_id"), frames[^1].Text("message_id"));
        Assert.Equal(voice.AnswerId.Value, Metadata(frames[^1], "supersedes"));
        Assert.Equal(["failed", "done"], frames.Where(f => Type(f) == "transcript").Select(f => Metadata(f, "state")));

        // The same command again, and another one, do nothing more.
        Live.Tell(again, viewer);
        Assert.Equal(ack.GetRawText(), NextFrame(viewer, "ack").GetRawText());
        Accepts(viewer, Again("t2", voice.MessageId));
        Assert.Equal(0, Service.Waiting);
        Assert.Equal(2, Events<TranscriptionRequested>().Count);
    }

    [Fact]
    public void Earlier_message_gets_its_transcript_and_no_answer()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Service.Next().Fail(TranscriptionFailure.Unavailable);
        NextFrame(viewer, "error");
        Accepts(viewer, Say("c2", "Then I write."));
        Answer();

        Accepts(viewer, Again("t1", Events<MessageSubmitted>()[0].MessageId));
        Service.Next().Hear("What I said.");

        Assert.Equal(
            "What I said.",
            FramesUntil(viewer, f => Type(f) == "transcript" && Metadata(f, "state") == "done")[^1].Text("content")
        );
        Models.ExpectNoMsg(Moment);
        Assert.Equal(2, Events<AnswerFinished>().Count);
    }

    [Fact]
    public void Only_voice_messages_of_this_session_are_transcribed()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Say("c1", "Words"));
        Answer();

        Assert.Equal(Refusal.NoRecording, Refused(Again("t1", Events<MessageSubmitted>()[0].MessageId)));
        Assert.Equal(Refusal.NoRecording, Refused(Again("t2", new MessageId("unknown"))));
    }

    [Fact]
    public void Message_that_is_being_transcribed_is_not_transcribed_twice()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Accepts(viewer, Again("t1", Events<MessageSubmitted>()[0].MessageId));
        Service.Next().Hear("What I said.");

        Assert.Equal("What I said.", Answer());
        Assert.Equal(0, Service.Waiting);
        Assert.Single(Events<TranscriptionRequested>());
    }

    private TranscriptionFinished AwaitOutcome() =>
        AwaitAssert(() => Assert.Single(Events<TranscriptionFinished>()), TimeSpan.FromSeconds(30));

    private static T AwaitAssert<T>(Func<T> check, TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        while (true)
        {
            try
            {
                return check();
            }
            catch (Xunit.Sdk.XunitException) when (!deadline.IsCancellationRequested)
            {
                // The journal does not have it yet; reading it takes a while itself.
            }
        }
    }
}
