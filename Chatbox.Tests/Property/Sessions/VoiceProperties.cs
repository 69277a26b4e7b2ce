using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Sessions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// Recordings among messages, over random interleavings with transcriptions that end in any order or fail, crashes, reconnects and slow sockets:
/// nothing is lost, doubled, shown out of order, or answered before it is heard.
/// </summary>
public sealed class VoiceProperties
{
    [Property(MaxTest = 300, Arbitrary = [typeof(Steps)])]
    public void Every_viewer_ends_up_with_the_transcript_of_the_journal(Step[] steps)
    {
        var session = new SimulatedSession();
        SimulatedClient[] clients = [new(), new(), new()];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
            Run(session, clients[step.Client], step);
        End(session);

        var expected = session.State.Items.Select(item => $"{item.MessageId}: {TextOf(item)}").ToList();
        foreach (var client in clients)
        {
            session.Attach(client);
            for (var n = 0; n < 1_000; n++)
                session.Take(client, 65_536);
            Assert.Equal(expected, client.Transcript);
        }
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Steps)])]
    public void Every_message_gets_one_answer_in_its_turn_and_none_before_it_is_heard(Step[] steps)
    {
        var session = new SimulatedSession();
        var client = new SimulatedClient();
        foreach (var step in steps)
            Run(session, client, step);
        End(session);

        var events = session.Events;
        var questions = events.OfType<MessageSubmitted>().ToList();
        Assert.Equal(questions.Select(q => q.AnswerId), events.OfType<AnswerFinished>().Select(a => a.MessageId));
        Assert.Equal(
            events.OfType<TranscriptionRequested>().Select(e => e.MessageId.Value).Order(),
            events.OfType<TranscriptionFinished>().Select(e => e.Of.Value).Order()
        );
        foreach (var spoken in questions.Where(q => q.Files?.Form == MessageForm.VoiceMessage))
        {
            var before = events.TakeWhile(e => e is not TranscriptionFinished heard || heard.Of != spoken.MessageId).ToList();
            Assert.DoesNotContain(before, e => e is AnswerCheckpointed { Text.Length: > 0 } piece && piece.MessageId == spoken.AnswerId);
            Assert.DoesNotContain(before, e => e is AnswerFinished { Reason: FinishReason.Stop } end && end.MessageId == spoken.AnswerId);
        }
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Steps)])]
    public void Replay_and_snapshot_give_the_state_that_was(Step[] steps)
    {
        var session = new SimulatedSession();
        var client = new SimulatedClient();
        foreach (var step in steps)
            Run(session, client, step);

        var expected = Describe(session.State);
        Assert.Equal(expected, Describe(session.Replay()));
        Assert.Equal(expected, Describe(SimulatedSession.ThroughSnapshot(session.State)));
    }

    [Property(MaxTest = 200, StartSize = 20, EndSize = 100, Arbitrary = [typeof(Steps)])]
    public void What_an_answer_or_a_transcription_needs_stays_in_a_small_memory(Step[] steps)
    {
        var session = new SimulatedSession(new SessionBounds(2, 1_000_000));
        foreach (var step in steps.Where(step => step.Kind is not (StepKind.Take or StepKind.Attach)))
        {
            Run(session, null, step);
            Assert.All(session.State.Transcribing, message => Assert.NotNull(session.State.VoiceMessage(message)));
            if (session.State.Running is { } running && session.Events.OfType<TranscriptionFinished>().Any(e => e.Of == running.QuestionId))
                Assert.NotNull(session.State.TranscriptOf(running.QuestionId));
        }
    }

    private static string TextOf(SessionItem item) =>
        item switch
        {
            UserItem message => message.Content,
            AnswerItem answer => answer.Text,
            TranscriptItem transcript => transcript.Text,
            _ => throw new InvalidOperationException(),
        };

    private static string Describe(SessionState state) =>
        System.Text.Json.JsonSerializer.Serialize(state.ToSnapshot(0) with { Items = [] })
        + string.Join('\n', state.Items.Select(item => System.Text.Json.JsonSerializer.Serialize<object>(item)));

    private static void End(SimulatedSession session)
    {
        while (!session.State.Transcribing.IsEmpty)
            SimulatedVoice.Hear(session, 0, fails: false);
        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);
    }

    private static void Run(SimulatedSession session, SimulatedClient? client, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Speak:
                SimulatedVoice.Speak(session, client);
                break;
            case StepKind.Hear:
                SimulatedVoice.Hear(session, step.Number, fails: false);
                break;
            case StepKind.Fail:
                SimulatedVoice.Hear(session, step.Number, fails: true);
                break;
            case StepKind.Submit:
                session.Submit(client, "words");
                break;
            case StepKind.Piece:
                session.Piece("text ");
                break;
            case StepKind.Checkpoint:
                session.Checkpoint();
                break;
            case StepKind.Finish:
                // Only the owner can end an answer that waits for its transcript.
                session.Finish(SimulatedVoice.IsAwaited(session) ? FinishReason.Stopped : FinishReason.Stop);
                break;
            case StepKind.Crash:
                session.Crash(withSnapshot: step.Number % 2 == 0);
                break;
            case StepKind.Take:
                session.Take(client!, 1 + step.Number * 20_000);
                break;
            case StepKind.Attach:
                session.Attach(client!);
                break;
            case StepKind.Index:
                session.CatchUp();
                session.SaveSnapshot();
                break;
        }
    }

    public enum StepKind
    {
        Speak,
        Hear,
        Fail,
        Submit,
        Piece,
        Checkpoint,
        Finish,
        Crash,
        Take,
        Attach,
        Index,
    }

    public sealed record Step(StepKind Kind, int Client, int Number);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (4, Gen.Constant(StepKind.Speak)),
                (4, Gen.Constant(StepKind.Hear)),
                (1, Gen.Constant(StepKind.Fail)),
                (2, Gen.Constant(StepKind.Submit)),
                (6, Gen.Constant(StepKind.Piece)),
                (2, Gen.Constant(StepKind.Checkpoint)),
                (3, Gen.Constant(StepKind.Finish)),
                (1, Gen.Constant(StepKind.Crash)),
                (5, Gen.Constant(StepKind.Take)),
                (2, Gen.Constant(StepKind.Attach)),
                (3, Gen.Constant(StepKind.Index))
            )
            from client in Gen.Choose(0, 2)
            from number in Gen.Choose(0, 7)
            select new Step(kind, client, number);
    }
}
