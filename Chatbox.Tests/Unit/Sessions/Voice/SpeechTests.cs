using Akka.TestKit;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>An answer is spoken while it is written, if its question asks for it, and the text never waits for the sound.</summary>
public sealed class SpeechTests : SpeechKit
{
    [Fact]
    public void Text_is_spoken_while_it_streams_and_its_end_does_not_wait_for_the_sound()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        var start = Asked();
        Says(start, "An ");
        var speech = Service.Next();
        Settle();
        Assert.Equal(("An ", Alice, start.AnswerId), (speech.Text, speech.Owner, speech.Answer));
        Assert.False(speech.IsFinishing);

        Says(start, "answer.");
        Ends(start);
        var done = NextDone(viewer);
        Assert.Equal(("pending", null), (Metadata(done, "speech"), done.Text("file_id")));
        Assert.Equal("An answer.", speech.WholeText);

        var sound = speech.Say().File!;
        var frame = NextFrame(viewer, "speech");
        Assert.Equal((start.AnswerId.Value, "done", null), (Metadata(frame, "of"), Metadata(frame, "state"), Metadata(frame, "cut")));
        Assert.Equal((sound.Id, "ai", ""), (frame.Text("file_id"), frame.Text("sender"), frame.Text("content")));
        Assert.StartsWith($"/files/{sound.Id}?signature=", frame.Text("file_url"));
        Assert.True(frame.Seq() > done.Seq());
        Assert.Equal(sound, Assert.Single(Events<SpeechFinished>()).File);
    }

    [Fact]
    public void Viewer_who_comes_later_gets_the_sound_on_the_end_and_in_its_place_with_fresh_addresses()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Answered();
        Service.Next().Say(cut: true);
        NextFrame(viewer, "speech");

        var addresses = new HashSet<string>();
        for (var n = 0; n < 2; n++)
        {
            var late = CreateTestProbe();
            Live.Tell(new AttachViewer(Id, Alice, 1, 0, null, null), late);
            var frames = FramesUntil(late, frame => Type(frame) == "speech");
            var done = Assert.Single(frames, frame => frame.IsDone());
            Assert.Equal(("done", "true"), (Metadata(done, "speech"), Metadata(frames[^1], "cut")));
            Assert.Equal(frames[^1].Text("file_id"), done.Text("file_id"));
            Assert.Equal("audio/mpeg", done.GetProperty("files")[0].Text("mime_type"));
            Assert.True(addresses.Add(done.Text("file_url")!));
            Assert.True(addresses.Add(frames[^1].Text("file_url")!));
        }
    }

    [Theory]
    [InlineData(SpeechFailure.Unavailable, "unavailable")]
    [InlineData(SpeechFailure.Refused, "refused")]
    [InlineData(SpeechFailure.TooLarge, "too_large")]
    [InlineData(SpeechFailure.NothingToSay, "nothing_to_say")]
    [InlineData(SpeechFailure.NotStored, "not_stored")]
    [InlineData(null, "unavailable")]
    public void Failure_is_journaled_and_said_and_the_answer_stands(SpeechFailure? failure, string reason)
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Answered();
        var speech = Service.Next();
        if (failure is { } known)
            speech.Fail(known);
        else
            speech.Throw();

        var frames = FramesUntil(viewer, frame => Type(frame) == "speech");
        Assert.Equal(("failed", reason, null), (Metadata(frames[^1], "state"), Metadata(frames[^1], "reason"), frames[^1].Text("file_id")));
        Assert.Equal("stop", Metadata(Assert.Single(frames, frame => frame.IsDone()), "finish_reason"));
        Assert.DoesNotContain(frames, frame => Type(frame) == "error");
        Assert.Equal(
            reason,
            failure is null ? "unavailable" : Messages.Frames.SpeechFrames.Reason(Events<SpeechFinished>()[0].Failure!.Value)
        );

        var late = CreateTestProbe();
        Live.Tell(new AttachViewer(Id, Alice, 1, 0, null, null), late);
        Assert.Equal("failed", Metadata(NextDone(late), "speech"));
    }

    [Fact]
    public void Without_the_wish_or_without_a_service_nothing_of_it_is_seen()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1", speak: false));
        Answered();
        Assert.Null(Metadata(NextDone(viewer), "speech"));
        CrashAndWake(speaks: false);
        viewer = Attach(Live);
        Accepts(viewer, Ask("c2"));
        Answered();
        Assert.Null(Metadata(NextDone(viewer), "speech"));

        Settle();
        Assert.Equal(0, Service.Waiting);
        Assert.Empty(Events<SpeechRequested>());
    }

    [Theory]
    [InlineData(FinishReason.Length, true)]
    [InlineData(FinishReason.Cut, false)]
    [InlineData(FinishReason.Timeout, false)]
    [InlineData(FinishReason.Error, false)]
    public void Only_an_answer_that_ended_by_itself_is_spoken(FinishReason reason, bool isSpoken)
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        var start = Asked();
        Says(start, "Some text.");
        var speech = Service.Next();
        Ends(start, reason, isSpoken ? null : "LLM_UNAVAILABLE");

        Assert.Equal(isSpoken ? "pending" : null, Metadata(NextDone(viewer), "speech"));
        Settle();
        Assert.Equal((isSpoken, !isSpoken), (speech.IsFinishing, speech.IsCancelled));
        Assert.Equal(isSpoken ? 1 : 0, Events<SpeechRequested>().Count);
    }

    [Fact]
    public void Answer_that_is_stopped_falls_silent()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Says(Asked(), "Some text.");
        var speech = Service.Next();
        Accepts(viewer, new StopAnswer(Id, new CommandId("s"), true, Alice));

        Settle();
        Assert.True(speech.IsCancelled);
        Assert.Empty(Events<SpeechRequested>());
    }

    [Fact]
    public void Text_that_the_provider_takes_back_is_spoken_anew()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        var start = Asked();
        Says(start, "Nonsense. ");
        var first = Service.Next();
        Live.Tell(new AnswerPiece(start.AnswerId, start.Attempt, "Sense.") { Replaces = true }, Models);
        var second = Service.Next();
        Ends(start);

        Assert.Equal("Sense.", second.WholeText);
        Assert.True(first.IsCancelled);
        NextDone(viewer);
    }

    [Fact]
    public void Next_answer_does_not_wait_for_the_sound_of_the_one_before_and_ten_at_a_time_are_enough()
    {
        var viewer = Attach(Live);
        var speeches = new List<HeldSpeaker.Speech>();
        for (var n = 0; n < 10; n++)
        {
            Accepts(viewer, Ask($"c{n}"));
            Answered();
            speeches.Add(Service.Next());
            Assert.Equal("pending", Metadata(NextDone(viewer), "speech"));
        }

        Accepts(viewer, Ask("c10"));
        Answered();
        Assert.Equal("failed", Metadata(NextDone(viewer), "speech"));
        Assert.Equal("unavailable", Metadata(NextFrame(viewer, "speech"), "reason"));

        foreach (var speech in Enumerable.Reverse(speeches))
        {
            speech.Say();
            Assert.Equal(speech.Answer.Value, Metadata(NextFrame(viewer, "speech"), "of"));
        }
    }

    [Fact]
    public void Session_stays_in_memory_until_it_has_spoken()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Answered();
        var speech = Service.Next();
        _ = speech.WholeText;
        Live.Tell(new DetachViewer(Id), viewer);
        Live.Tell(Akka.Actor.ReceiveTimeout.Instance, TestActor);
        Settle();
        speech.Say();

        Assert.Equal("done", Metadata(NextFrame(Late(), "speech"), "state"));

        TestProbe Late()
        {
            var late = CreateTestProbe();
            Live.Tell(new AttachViewer(Id, Alice, 1, 0, null, null), late);
            return late;
        }
    }
}
