using System.Text.Json;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// Spoken answers among others, over random interleavings with speeches that end in any order or fail, further answers, ends of the session, crashes and
/// slow sockets: each answer that is to be spoken has one outcome, and everybody sees it in the same place.
/// </summary>
public sealed class SpeechProperties
{
    [Property(MaxTest = 300, Arbitrary = [typeof(Steps)])]
    public void Every_spoken_answer_has_one_outcome_that_every_viewer_sees(Step[] steps)
    {
        var session = new SimulatedSession();
        SimulatedClient[] clients = [new(), new()];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
            Run(session, clients[step.Client], step);
        while (session.State.Running is not null)
            Finish(session, FinishReason.Stop);
        while (!session.State.Speaking.IsEmpty)
            Outcome(session, 0, null);

        var events = session.Events;
        var outcomes = events.OfType<SpeechFinished>().ToList();
        Assert.Equal(outcomes.Count, outcomes.DistinctBy(e => e.Of).Count());
        Assert.Equal(
            events.OfType<AnswerFinished>().Where(e => IsSpoken(session, e)).Select(e => e.MessageId.Value).Order(),
            outcomes.Select(e => e.Of.Value).Order()
        );
        var expected = session.State.Items.Select(item => $"{item.MessageId}: {TextOf(item)}").ToList();
        foreach (var client in clients)
        {
            session.Attach(client);
            for (var n = 0; n < 1_000; n++)
                session.Take(client, 65_536);
            Assert.Equal(expected, client.Transcript);
        }
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Steps)])]
    public void Replay_and_snapshot_give_the_state_that_was(Step[] steps)
    {
        var session = new SimulatedSession();
        foreach (var step in steps)
            Run(session, null, step);

        var expected = Describe(session.State);
        Assert.Equal(expected, Describe(session.Replay()));
        Assert.Equal(expected, Describe(SimulatedSession.ThroughSnapshot(session.State)));
    }

    [Property(MaxTest = 200, StartSize = 20, EndSize = 100, Arbitrary = [typeof(Steps)])]
    public void Answer_that_is_being_spoken_stays_in_a_small_memory_and_the_session_is_not_at_rest(Step[] steps)
    {
        var session = new SimulatedSession(new SessionBounds(2, 1_000_000));
        foreach (var step in steps)
        {
            Run(session, null, step);
            Assert.All(session.State.Speaking, answer => Assert.Equal(answer, session.State.SpokenAnswer(answer).MessageId));
            Assert.All(session.State.Speaking, answer => Assert.Equal("pending", session.State.SpeechStateOf(answer)));
            Assert.InRange(session.State.Speaking.Count, 0, SpeechDecisions.MaxSpeaking);
            Assert.False(session.State.IsAtRest() && !session.State.Speaking.IsEmpty);
        }
    }

    private static bool IsSpoken(SimulatedSession session, AnswerFinished finished)
    {
        var question =
            session.Events.OfType<MessageSubmitted>().FirstOrDefault(e => e.AnswerId == finished.MessageId)
            ?? session
                .Events.OfType<MessageSubmitted>()
                .Single(e =>
                    e.MessageId == session.Events.OfType<AnswerRegenerated>().Single(r => r.AnswerId == finished.MessageId).QuestionId
                );
        return finished.Reason is FinishReason.Stop or FinishReason.Length && question.Metadata.ContainsKey("speak");
    }

    private static string TextOf(SessionItem item) =>
        item switch
        {
            UserItem message => message.Content,
            AnswerItem answer => answer.Text,
            _ => "",
        };

    private static string Describe(SessionState state) =>
        JsonSerializer.Serialize(state.ToSnapshot(0) with { Items = [] })
        + string.Join('\n', state.Items.Select(item => JsonSerializer.Serialize<object>(item)));

    private static void Run(SimulatedSession session, SimulatedClient? client, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Ask:
                session.Submit(
                    client,
                    "Why?",
                    step.Number % 3 == 0 ? SimulatedSession.NoMetadata : SimulatedSession.NoMetadata.Add("speak", "true")
                );
                break;
            case StepKind.Piece:
                session.Piece("text ");
                break;
            case StepKind.Finish:
                Finish(session, step.Number % 4 == 0 ? FinishReason.Stopped : FinishReason.Stop);
                break;
            case StepKind.Spoken:
                Outcome(session, step.Number, step.Number % 3 == 0 ? SpeechFailure.Unavailable : null);
                break;
            case StepKind.Again:
                if (session.State.LastQuestion is { } question && session.State.CanRegenerate && session.State.Running is null)
                    foreach (var @event in session.State.Silence(question.AnswerId, SimulatedSession.Start).ToList())
                        session.Journal(@event);
                session.Regenerate(client);
                break;
            case StepKind.End:
                if (session.State.Running is null)
                    foreach (var @event in session.State.EndSpeeches(SimulatedSession.Start).ToList())
                        session.Journal(@event);
                session.PumpAll();
                break;
            case StepKind.Crash:
                session.Crash(withSnapshot: step.Number % 2 == 0);
                break;
            case StepKind.Take when client is not null:
                session.Take(client, 1 + step.Number * 20_000);
                break;
            case StepKind.Attach when client is not null:
                session.Attach(client);
                break;
            case StepKind.Index:
                session.CatchUp();
                session.SaveSnapshot();
                break;
        }
    }

    /// <summary>As the actor does: the end of the answer and what follows from it are one write.</summary>
    private static void Finish(SimulatedSession session, FinishReason reason) =>
        session.Finish(reason, finished => session.State.Speak(finished, speaks: true));

    private static void Outcome(SimulatedSession session, int which, SpeechFailure? failure)
    {
        var speaking = session.State.Speaking;
        if (speaking.IsEmpty)
            return;
        var answer = speaking[which % speaking.Count];
        var sound = failure is null ? new MessageFile(FileId.Of(answer, "speech").Value, null, "answer.mp3", "audio/mpeg", 5) : null;
        session.Journal(
            new SpeechFinished(
                SimulatedSession.Id,
                new MessageId($"s{session.NextName()}"),
                answer,
                sound,
                failure,
                which % 2 == 0,
                SimulatedSession.Start
            )
        );
        session.PumpAll();
    }

    public enum StepKind
    {
        Ask,
        Piece,
        Finish,
        Spoken,
        Again,
        End,
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
                (5, Gen.Constant(StepKind.Ask)),
                (4, Gen.Constant(StepKind.Piece)),
                (6, Gen.Constant(StepKind.Finish)),
                (3, Gen.Constant(StepKind.Spoken)),
                (1, Gen.Constant(StepKind.Again)),
                (1, Gen.Constant(StepKind.End)),
                (1, Gen.Constant(StepKind.Crash)),
                (5, Gen.Constant(StepKind.Take)),
                (2, Gen.Constant(StepKind.Attach)),
                (3, Gen.Constant(StepKind.Index))
            )
            from client in Gen.Choose(0, 1)
            from number in Gen.Choose(0, 11)
            select new Step(kind, client, number);
    }
}
