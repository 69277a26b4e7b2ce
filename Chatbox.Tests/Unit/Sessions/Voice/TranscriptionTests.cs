using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>A voice message becomes text once, in the journal before anybody sees it, and is answered like text.</summary>
public sealed class TranscriptionTests : TranscriptionKit
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Transcript_is_shown_to_all_and_the_model_is_asked_with_it()
    {
        var (viewer, other) = (Attach(Live), Attach(Live));
        Accepts(viewer, Speak("v1", language: "de"));
        NextFrame(viewer, "loading");
        var call = Service.Next();
        Assert.Equal((Alice, "de"), (call.User, call.Language));
        Models.ExpectNoMsg(Moment);
        Assert.Empty(Events<TranscriptionFinished>());

        call.Hear("What I said.");
        foreach (var each in new[] { viewer, other })
        {
            var transcript = NextFrame(each, "transcript");
            Assert.Equal(
                ("What I said.", "user", "done"),
                (transcript.Text("content"), transcript.Text("sender"), Metadata(transcript, "state"))
            );
            Assert.Equal(Events<MessageSubmitted>()[0].MessageId.Value, Metadata(transcript, "of"));
        }

        Assert.Equal("What I said.", Answer());
        Assert.Equal("stop", Metadata(FramesUntil(other, f => f.IsDone())[^1], "finish_reason"));
        Models.ExpectNoMsg(Moment);
    }

    [Fact]
    public void Words_that_were_written_come_before_those_that_were_said_also_in_later_prompts()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1", "Please listen:"));
        Service.Next().Hear("What I said.");
        Assert.Equal("Please listen:\n\nWhat I said.", Answer());

        Accepts(viewer, Say("c2", "And now?"));
        Assert.Contains(Models.ExpectMsg<StartAnswer>().Prompt, m => m.Text == "Please listen:\n\nWhat I said.");
    }

    [Fact]
    public void Message_after_a_recording_is_not_answered_before_it()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Accepts(viewer, Say("c2", "And another thing."));
        Models.ExpectNoMsg(Moment);

        Service.Next().Hear("What I said.");
        Assert.Equal("What I said.", Answer());
        Assert.Equal("And another thing.", Answer());
    }

    [Fact]
    public void Recording_behind_a_running_answer_is_transcribed_meanwhile_and_answered_in_its_turn()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Say("c1", "First"));
        var first = Models.ExpectMsg<StartAnswer>();
        Accepts(viewer, Speak("v2"));
        Service.Next().Hear("Second");
        NextFrame(viewer, "transcript");
        Models.ExpectNoMsg(Moment);

        Models.Send(Live, new AnswerEnded(first.AnswerId, first.Attempt, FinishReason.Stop, null, null, null));
        Assert.Equal("Second", Answer());
    }

    [Fact]
    public void Conversation_that_begins_with_a_recording_is_named_after_what_was_said()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Service.Next().Hear("My holidays. They were long.");
        NextFrame(viewer, "transcript");

        var replayed = new LoadedSession(Id, SessionBounds.Default);
        foreach (var (row, seq) in this.Journaled().Select((row, n) => ((ISessionEvent)row, n + 1L)))
            replayed.Apply(row, seq);
        Assert.Equal("My holidays.", replayed.State.Totals!.Name);
    }

    [Fact]
    public void Without_a_service_the_message_stays_a_message_with_a_file()
    {
        this.Crash(Live);
        Live = Wake(transcribes: false);
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));

        Assert.Contains("no transcript", Answer());
        Assert.Empty(Events<TranscriptionRequested>());
        Assert.Equal(Refusal.NoTranscription, Refused(Again("t1", Events<MessageSubmitted>()[0].MessageId)));
    }

    [Fact]
    public void Owner_who_stops_the_answer_gets_the_transcript_all_the_same()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        NextFrame(viewer, "loading");
        Live.Tell(new StopAnswer(Id, new CommandId("s1"), true, Alice), viewer);
        Assert.Equal("stopped", Metadata(FramesUntil(viewer, f => f.IsDone())[^1], "finish_reason"));

        Service.Next().Hear("What I said.");
        NextFrame(viewer, "transcript");
        Settle();
        Models.ExpectMsg<CancelAnswer>();
        Models.ExpectNoMsg(Moment);
        Assert.Single(Events<AnswerFinished>());
    }

    [Fact]
    public void Session_that_transcribes_is_not_idle()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Speak("v1"));
        Live.Tell(new StopAnswer(Id, new CommandId("s1"), true, Alice), viewer);
        FramesUntil(viewer, f => f.IsDone());
        Live.Tell(new EndIfIdle(Id), TestActor);
        Settle();

        Assert.Empty(Events<SessionEnded>());
        Service.Next().Hear("What I said.");
        NextFrame(viewer, "transcript");
    }
}
