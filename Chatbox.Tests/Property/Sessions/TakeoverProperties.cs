using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Cluster;
using FsCheck;
using FsCheck.Fluent;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// Promise fence, over random interleavings of takeovers, pieces of answers, messages of the owner and of admins, leaving, handing over,
/// crashes, reconnects and slow sockets. The clients check each frame as it comes: nothing is missing, repeated or out of order, and no
/// piece of an answer comes between a takeover and its release.
/// </summary>
public sealed class TakeoverProperties
{
    private static readonly string[] Texts = ["a", "Hello, ", "🙂", "日本語 ", new('x', 3_000), new('é', 20_000)];

    [Fact]
    public void No_piece_of_an_answer_comes_behind_the_fence() =>
        Prop.ForAll(Steps.All(), Play).Check(Config.QuickThrowOnFailure.WithMaxTest(Chaos.Size(2_000, 10_000)));

    private static void Play(Step[] steps)
    {
        var session = new SimulatedSession();
        var people = new SimulatedPeople(session);
        var said = new List<string>();
        SimulatedClient[] clients = [new(), new(), new() { IsAdmin = true }, new() { IsAdmin = true }];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
            Run(session, people, clients[step.Client], step, said);

        people.Release(ReleaseReason.Left);
        for (var n = 0; n <= SessionDecisions.MaxWaiting; n++)
            session.Finish(FinishReason.Stop);
        Assert.Null(session.State.Running);
        var replayed = session.Replay();
        foreach (var client in clients)
        {
            var expected = Transcript(replayed, withNotes: client.IsAdmin);
            session.Attach(client);
            for (var round = 0; round < 1_000 && client.Transcript.Count < expected.Count; round++)
                session.Take(client, 65_536);
            Assert.Equal(expected, client.Transcript);
            Assert.InRange(client.MostWaiting, 0, 262_144);
        }

        // Nothing that a person said is lost or doubled, and each question of a model has one answer.
        Assert.Equal(said, replayed.Items.Select(SimulatedPeople.TextOfPerson).OfType<string>());
        Assert.Equal(
            replayed.Items.OfType<UserItem>().Where(question => !question.ToPerson).Select(question => question.MessageId),
            replayed.Items.OfType<AnswerItem>().Where(answer => !answer.Superseded).Select(answer => answer.QuestionId)
        );
        AssertFence(session.Events);
    }

    /// <summary>In the journal, no event of an answer comes between a takeover and its release.</summary>
    private static void AssertFence(IReadOnlyList<ISessionEvent> events)
    {
        var isHeld = false;
        foreach (var @event in events)
        {
            isHeld = @event is SessionTakenOver || (isHeld && @event is not TakeoverReleased);
            Assert.False(isHeld && @event is (AnswerCheckpointed or AnswerResumed or AnswerFinished or AnswerRegenerated));
        }
    }

    private static List<string> Transcript(SessionState state, bool withNotes) =>
        [
            .. state
                .Items.Where(item => withNotes || item is not NoteItem)
                .Select(item => $"{item.MessageId}: {(item as AnswerItem)?.Text ?? SimulatedPeople.TextOfPerson(item)}"),
        ];

    private static void Run(SimulatedSession session, SimulatedPeople people, SimulatedClient client, Step step, List<string> said)
    {
        var text = $"{said.Count} {Texts[step.Text]}";
        switch (step.Kind)
        {
            case StepKind.Submit when !client.IsAdmin:
                if (session.Submit(client, text))
                    said.Add(text);
                break;
            case StepKind.Write when client.IsAdmin:
                if (people.Write(client, text))
                    said.Add(text);
                break;
            case StepKind.Note when client.IsAdmin:
                people.Note(client, text);
                said.Add(text);
                break;
            case StepKind.TakeOver:
                people.TakeOver(new UserId($"admin {step.Client}"));
                break;
            case StepKind.Transfer:
                people.Offer(new UserId($"admin {(step.Client + 1) % 4}"));
                break;
            case StepKind.Release:
                people.Release((ReleaseReason)(1 + step.Text % 4));
                break;
            case StepKind.Help:
                people.RequestHelp();
                break;
            case StepKind.Regenerate:
                session.Regenerate(null);
                break;
            case StepKind.Piece:
                session.Piece(Texts[step.Text]);
                break;
            case StepKind.Checkpoint:
                session.Checkpoint();
                break;
            case StepKind.Finish:
                session.Finish(FinishReason.Stop);
                break;
            case StepKind.Crash:
                session.Crash(withSnapshot: step.Text % 2 == 0);
                break;
            case StepKind.SaveSnapshot:
                session.CatchUp();
                session.SaveSnapshot();
                break;
            case StepKind.Take:
                session.Take(client, 1 + step.Text * 20_000);
                break;
            case StepKind.Attach:
                session.Attach(client);
                break;
            case StepKind.Detach:
                session.Detach(client);
                break;
        }
    }

    public enum StepKind
    {
        Submit,
        Write,
        Note,
        TakeOver,
        Transfer,
        Release,
        Help,
        Regenerate,
        Piece,
        Checkpoint,
        Finish,
        Crash,
        SaveSnapshot,
        Take,
        Attach,
        Detach,
    }

    public sealed record Step(StepKind Kind, int Client, int Text);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (4, Gen.Constant(StepKind.Submit)),
                (4, Gen.Constant(StepKind.Write)),
                (1, Gen.Constant(StepKind.Note)),
                (3, Gen.Constant(StepKind.TakeOver)),
                (1, Gen.Constant(StepKind.Transfer)),
                (2, Gen.Constant(StepKind.Release)),
                (1, Gen.Constant(StepKind.Help)),
                (1, Gen.Constant(StepKind.Regenerate)),
                (8, Gen.Constant(StepKind.Piece)),
                (2, Gen.Constant(StepKind.Checkpoint)),
                (2, Gen.Constant(StepKind.Finish)),
                (1, Gen.Constant(StepKind.Crash)),
                (1, Gen.Constant(StepKind.SaveSnapshot)),
                (5, Gen.Constant(StepKind.Take)),
                (2, Gen.Constant(StepKind.Attach)),
                (1, Gen.Constant(StepKind.Detach))
            )
            from client in Gen.Choose(0, 3)
            from text in Gen.Choose(0, Texts.Length - 1)
            select new Step(kind, client, text);
    }
}
