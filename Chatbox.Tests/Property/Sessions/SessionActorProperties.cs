using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Unit.Sessions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>Promises no-gap, all-devices, order, once and one-answer, with the actor itself: it crashes, and its clients come and go.</summary>
public sealed class SessionActorProperties() : TestKit($"akka.loglevel = OFF\n{SessionKit.Store}\n{ArchivingJournal.Config}")
{
    private static readonly string[] Texts = ["a", "Hello, ", "🙂", "日本語 ", "\"quoted\"\n", new('x', 3_000), new('é', 20_000)];

    [Property(MaxTest = 100, Arbitrary = [typeof(Steps)])]
    public void Every_viewer_ends_up_with_the_transcript_of_the_journal(Step[] steps, bool shownOnlyOnceJournaled)
    {
        var checkpoints = shownOnlyOnceJournaled ? TimeSpan.Zero : TimeSpan.FromHours(1);
        var session = new LiveSession(
            this,
            new ChatSessionOptions
            {
                CheckpointInterval = checkpoints,
                SnapshotEvery = 10,
                JournalKeep = 0,
            }
        );
        SimulatedClient[] clients = [new(), new(), new()];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
            Run(session, clients[step.Client], step);

        foreach (var client in clients)
            session.Attach(client);
        foreach (var client in clients)
            session.RepeatUntilAcknowledged(client);
        session.FinishAnswers();

        var expected = Transcript(session.Replay());
        foreach (var client in clients)
            session.TakeUntil(client, expected);
        Assert.All(clients, client => Assert.Equal(expected, client.Transcript));
        Assert.All(clients, client => Assert.InRange(client.MostWaiting, 0, 262_144));
        Assert.Equal(session.Sent.Order(), session.Replay().Items.OfType<UserItem>().Select(q => q.Content).Order());
        session.Stop();
    }

    [Property(MaxTest = 60, StartSize = 20, EndSize = 200, Arbitrary = [typeof(Steps)])]
    public void Viewer_that_is_slower_than_the_state_forgets_ends_up_with_the_transcript(Step[] steps)
    {
        var options = new ChatSessionOptions
        {
            CheckpointInterval = TimeSpan.FromHours(1),
            SnapshotEvery = 10,
            JournalKeep = 1,
            Bounds = new SessionBounds(8, 15_000),
        };
        var session = new LiveSession(this, options);
        SimulatedClient[] clients = [Reader(session), Reader(session), Reader(session)];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
            Run(session, clients[step.Client], step);

        foreach (var client in clients.Where(c => !session.IsViewedBy(c)))
            session.Attach(client);
        foreach (var client in clients)
            session.RepeatUntilAcknowledged(client);
        session.FinishAnswers();

        var expected = Transcript(session.Replay());
        foreach (var client in clients)
            session.TakeUntil(client, expected);
        Assert.All(clients, client => Assert.Equal(expected, client.Transcript));
        Assert.All(clients, client => Assert.InRange(client.MostWaiting, 0, 262_144));
        session.Stop();
    }

    /// <summary>Neither crashes nor replacements of text: only these make a model write an answer again.</summary>
    [Property(MaxTest = 60, StartSize = 20, EndSize = 100, Arbitrary = [typeof(Steps)])]
    public void Session_that_moves_takes_its_running_answer_along(Step[] steps, bool shownOnlyOnceJournaled)
    {
        var session = new LiveSession(
            this,
            new ChatSessionOptions { CheckpointInterval = shownOnlyOnceJournaled ? TimeSpan.Zero : TimeSpan.FromHours(1) }
        );
        SimulatedClient[] clients = [new(), new(), new()];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps.Where(s => s.Kind is not StepKind.Withdraw))
            Run(session, clients[step.Client], step.Kind is StepKind.Crash ? step with { Kind = StepKind.Move } : step);

        foreach (var client in clients)
            session.Attach(client);
        session.FinishAnswers();

        var expected = Transcript(session.Replay());
        foreach (var client in clients)
            session.TakeUntil(client, expected);
        Assert.All(clients, client => Assert.Equal(expected, client.Transcript));
        Assert.Equal(session.Asked().Select(asked => asked.Answer).Distinct(), session.Asked().Select(asked => asked.Answer));
        session.Stop();
    }

    [Property(MaxTest = 60, StartSize = 10, EndSize = 100, Arbitrary = [typeof(Steps)])]
    public void Viewers_that_stay_while_their_session_rests_miss_nothing_and_see_nothing_twice(Step[] steps)
    {
        var session = new LiveSession(this, new ChatSessionOptions { SnapshotEvery = 10, JournalKeep = 0 });
        SimulatedClient[] clients = [new(), new(), new()];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
        {
            if (step.Kind is StepKind.Crash)
                session.Doze(clients, TimeSpan.Zero);
            else
                Run(session, clients[step.Client], step);
        }

        // From here on nothing prevents the rest.
        session.Leave();
        session.Move();
        foreach (var client in clients)
            session.Attach(client);
        session.FinishAnswers();
        Read();
        Assert.Equal(clients, session.Doze(clients, TimeSpan.FromSeconds(30)));

        foreach (var client in clients)
        {
            session.Say(client);
            session.FinishAnswers();
        }

        Read();
        session.Stop();

        void Read()
        {
            var expected = Transcript(session.Replay());
            foreach (var client in clients)
                session.TakeUntil(client, expected);
            Assert.All(clients, client => Assert.Equal(expected, client.Transcript));
        }
    }

    private static SimulatedClient Reader(LiveSession session) => new() { History = session.History };

    private static List<string> Transcript(SessionState state) =>
        [
            .. state.Items.Select(item =>
                item switch
                {
                    UserItem message => $"{message.MessageId}: {message.Content}",
                    AnswerItem answer => $"{answer.MessageId}: {answer.Text}",
                    _ => $"{item.MessageId}: {SimulatedPeople.TextOfPerson(item)}",
                }
            ),
        ];

    private static void Run(LiveSession session, SimulatedClient client, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Say:
                session.Say(client);
                break;
            case StepKind.SayAgain:
                session.SayAgain(client, step.Text);
                break;
            case StepKind.Regenerate:
                session.Regenerate(client);
                break;
            case StepKind.TakeOver:
                session.TakeOver();
                break;
            case StepKind.WriteAsAdmin:
                session.WriteAsAdmin();
                break;
            case StepKind.Leave:
                session.Leave();
                break;
            case StepKind.Stop:
                session.StopAnswer(client);
                break;
            case StepKind.Piece:
                session.Model.Tell(new PlayedModel.Piece(Texts[step.Text]));
                break;
            case StepKind.Withdraw:
                session.Model.Tell(new PlayedModel.Piece(Texts[step.Text], Replaces: true));
                break;
            case StepKind.Finish:
                session.Model.Tell(new PlayedModel.Finish(FinishReason.Stop));
                break;
            case StepKind.Crash:
                session.Crash();
                break;
            case StepKind.Move:
                session.Move();
                break;
            case StepKind.Attach:
                session.Attach(client);
                break;
            case StepKind.Detach:
                session.Detach(client);
                break;
            case StepKind.Take:
                session.Take(client, 1 + step.Text * 20_000);
                break;
            case StepKind.Settle:
                session.Settle();
                break;
            case StepKind.Rest:
                session.Rest();
                break;
        }
    }

    public enum StepKind
    {
        Say,
        SayAgain,
        Regenerate,
        Stop,
        TakeOver,
        WriteAsAdmin,
        Leave,
        Piece,
        Withdraw,
        Finish,
        Crash,
        Move,
        Attach,
        Detach,
        Take,
        Settle,
        Rest,
    }

    public sealed record Step(StepKind Kind, int Client, int Text);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (4, Gen.Constant(StepKind.Say)),
                (2, Gen.Constant(StepKind.SayAgain)),
                (1, Gen.Constant(StepKind.Regenerate)),
                (1, Gen.Constant(StepKind.Stop)),
                (1, Gen.Constant(StepKind.TakeOver)),
                (2, Gen.Constant(StepKind.WriteAsAdmin)),
                (1, Gen.Constant(StepKind.Leave)),
                (12, Gen.Constant(StepKind.Piece)),
                (1, Gen.Constant(StepKind.Withdraw)),
                (3, Gen.Constant(StepKind.Finish)),
                (1, Gen.Constant(StepKind.Crash)),
                (1, Gen.Constant(StepKind.Move)),
                (2, Gen.Constant(StepKind.Attach)),
                (1, Gen.Constant(StepKind.Detach)),
                (6, Gen.Constant(StepKind.Take)),
                (3, Gen.Constant(StepKind.Settle)),
                (2, Gen.Constant(StepKind.Rest))
            )
            from client in Gen.Choose(0, 2)
            from text in Gen.Choose(0, Texts.Length - 1)
            select new Step(kind, client, text);
    }
}
