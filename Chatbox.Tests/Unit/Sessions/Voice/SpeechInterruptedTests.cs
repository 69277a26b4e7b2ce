using Akka.Actor;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>What happens to a session while its answer is being spoken: every answer that is to be spoken ends up with one outcome.</summary>
public sealed class SpeechInterruptedTests : SpeechKit
{
    private static readonly UserId Ana = new("ana");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Next_incarnation_speaks_again_and_only_one_outcome_is_journaled(bool byHandOver)
    {
        Accepts(Attach(Live), Ask("c1"));
        var answer = Answered();
        var first = Service.Next();
        _ = first.WholeText;
        Leave(byHandOver);

        var viewer = Attach(Live);
        var second = Service.Next();
        Assert.True(first.IsCancelled);
        Assert.Equal(("An answer.", answer), (second.WholeText, second.Answer));
        first.Say();
        second.Say();

        Assert.Equal("done", Metadata(NextFrame(viewer, "speech"), "state"));
        Settle();
        Assert.Single(Events<SpeechRequested>());
        Assert.Single(Events<SpeechFinished>());
        Assert.Equal(0, Service.Waiting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Answer_that_goes_on_after_an_interruption_is_spoken_from_its_beginning(bool byHandOver)
    {
        Accepts(Attach(Live), Ask("c1"));
        Says(Asked(), "The beginning. ");
        var first = Service.Next();
        Settle();
        Leave(byHandOver);

        var viewer = Attach(Live);
        var start = Asked();
        Says(start, "The end.");
        Ends(start);
        var second = Service.Next();
        NextDone(viewer);
        Assert.Equal(Events<AnswerResumed>()[0].Offset == 0 ? "The end." : "The beginning. The end.", second.WholeText);
        Assert.True(first.IsCancelled);
        second.Say();
        NextFrame(viewer, "speech");
        Assert.Single(Events<SpeechFinished>());
    }

    [Fact]
    public void Incarnation_that_cannot_speak_says_so()
    {
        Accepts(Attach(Live), Ask("c1"));
        Answered();
        _ = Service.Next().WholeText;
        CrashAndWake(speaks: false);
        var late = CreateTestProbe();
        Live.Tell(new AttachViewer(Id, Alice, 1, 0, null, null), late);

        Assert.Equal("unavailable", Metadata(NextFrame(late, "speech"), "reason"));
        Assert.Single(Events<SpeechFinished>());
    }

    [Fact]
    public void End_of_the_session_ends_it_and_a_late_sound_is_removed()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Answered();
        var speech = Service.Next();
        NextDone(viewer);

        Live.Tell(new EndSession(Id, new CommandId("e"), Alice), TestActor);
        ExpectMsg<CommandAccepted>();
        var frame = NextFrame(viewer, "speech");
        Assert.Equal(("failed", "ended"), (Metadata(frame, "state"), Metadata(frame, "reason")));
        Assert.True(speech.IsCancelled);

        var sound = speech.Say();
        Assert.Same(sound, Service.NextWithdrawn());
        Settle();
        Assert.Single(Events<SpeechFinished>());
    }

    [Fact]
    public void Session_that_ends_in_the_middle_of_an_answer_speaks_nothing()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Says(Asked(), "Some text.");
        var speech = Service.Next();
        Live.Tell(new EndSession(Id, new CommandId("e"), Alice), TestActor);
        ExpectMsg<CommandAccepted>();

        var done = NextDone(viewer);
        Assert.Equal(("stopped", null), (Metadata(done, "finish_reason"), Metadata(done, "speech")));
        Assert.True(speech.IsCancelled);
        Assert.Empty(Events<SpeechRequested>());
    }

    [Fact]
    public void Erasure_cancels_it_and_leaves_no_trace()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        Answered();
        var speech = Service.Next();
        NextDone(viewer);

        Live.Tell(new EraseSession(Id, new CommandId("x"), Alice, false), TestActor);
        ExpectMsg<CommandAccepted>();
        Assert.True(speech.IsCancelled);
        speech.Say();
        Settle();

        Assert.All(this.Journaled(), row => Assert.IsType<SessionErased>(row));
    }

    [Fact]
    public void Another_answer_takes_the_place_of_the_speech_and_is_spoken_itself()
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        var earlier = Answered();
        var first = Service.Next();
        NextDone(viewer);
        Live.Tell(new RegenerateAnswer(Id, new CommandId("r"), true, Alice, Admission.Granted), viewer);
        var frame = NextFrame(viewer, "speech");
        Assert.Equal((earlier.Value, "superseded"), (Metadata(frame, "of"), Metadata(frame, "reason")));
        Assert.True(first.IsCancelled);

        var later = Answered("Another answer.");
        var second = Service.Next();
        Assert.Equal(("Another answer.", later), (second.WholeText, second.Answer));
        second.Say();
        Assert.Equal(later.Value, Metadata(NextFrame(viewer, "speech"), "of"));
        Assert.Same(first.Say(), Service.NextWithdrawn());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Person_who_takes_over_silences_the_running_answer_and_not_the_finished_one(bool running)
    {
        var viewer = Attach(Live);
        Accepts(viewer, Ask("c1"));
        var start = Asked();
        Says(start, "Some text.");
        var speech = Service.Next();
        if (!running)
        {
            Ends(start);
            NextDone(viewer);
        }

        Live.Tell(new TakeOver(Id, new CommandId("t"), Ana, "Ana"), TestActor);
        ExpectMsg<CommandAccepted>();
        Assert.Equal(running, speech.IsCancelled);
        if (!running)
        {
            speech.Say();
            NextFrame(viewer, "speech");
        }

        Accepts(viewer, Ask("c2"));
        Live.Tell(
            new SubmitAdminMessage(Id, new CommandId("a1"), true, Ana, "Ana speaks.", Ask("x").Metadata, DateTimeOffset.UnixEpoch),
            TestActor
        );
        ExpectMsg<CommandAccepted>();
        Settle();
        Assert.Equal(0, Service.Waiting);
        Assert.Equal(running ? 0 : 1, Events<SpeechFinished>().Count);
    }

    private void Leave(bool byHandOver)
    {
        if (!byHandOver)
        {
            CrashAndWake();
            return;
        }

        var witness = CreateTestProbe();
        witness.Watch(Live);
        Live.Tell(SessionActor.StopSession.Instance);
        witness.ExpectTerminated(Live);
        Live = Wake();
    }
}
