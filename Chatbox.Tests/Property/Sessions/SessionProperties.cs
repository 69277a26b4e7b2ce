using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>Promises no-gap, all-devices, order and one-answer, over random interleavings of commands, crashes, reconnects and slow sockets.</summary>
public sealed class SessionProperties
{
    private static readonly string[] Texts =
    [
        "a",
        "Hello, ",
        "🙂",
        "日本語 ",
        "\"quoted\"\n",
        new('x', 3_000),
        new('é', 20_000),
        "\u0001\\",
    ];

    [Property(MaxTest = 300, Arbitrary = [typeof(Steps)])]
    public void Every_viewer_ends_up_with_the_transcript_of_the_journal(Step[] steps)
    {
        var session = new SimulatedSession();
        SimulatedClient[] clients = [new(), new(), new()];
        foreach (var client in clients)
            session.Attach(client);

        foreach (var step in steps)
            Run(session, clients[step.Client], step);
        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);

        var expected = session
            .State.Items.Select(item =>
                item switch
                {
                    UserItem message => $"{message.MessageId}: {message.Content}",
                    AnswerItem answer => $"{answer.MessageId}: {answer.Text}",
                    _ => throw new InvalidOperationException(),
                }
            )
            .ToList();
        foreach (var client in clients)
        {
            session.Attach(client);
            for (var n = 0; n < 1_000; n++)
                session.Take(client, 65_536);
            Assert.Equal(expected, client.Transcript);
            Assert.InRange(client.MostWaiting, 0, 262_144);
        }
    }

    /// <summary>Viewers so slow that items leave the session's memory before they are sent, at any moment.</summary>
    [Property(MaxTest = 400, StartSize = 20, EndSize = 200, Arbitrary = [typeof(Steps)])]
    public void Viewer_that_is_slower_than_the_state_forgets_ends_up_with_the_transcript(Step[] steps, bool manyShort)
    {
        var session = new SimulatedSession(manyShort ? new SessionBounds(4, 1_000_000) : new SessionBounds(1_000, 15_000));
        SimulatedClient[] clients = [Reader(session), Reader(session), Reader(session)];
        foreach (var client in clients)
            session.Attach(client);

        foreach (var step in steps)
        {
            Run(session, clients[step.Client], step);
            Assert.InRange(session.MostOwn, 0, 2 * session.State.Items.Count + 8);
        }

        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);
        session.CatchUp();

        var expected = Messages(session.Events).Select(m => $"{m.Id}: {m.Content}").ToList();
        foreach (var client in clients)
        {
            if (!session.IsViewedBy(client))
                session.Attach(client);
            for (var n = 0; n < 1_000; n++)
                session.Take(client, 65_536);
            Assert.Equal(expected, client.Transcript);
            Assert.InRange(client.MostWaiting, 0, 262_144);
        }
    }

    private static SimulatedClient Reader(SimulatedSession session) =>
        new() { History = () => session.Reports.Index.Messages.Select(m => (m.Seq, m.Id.Value, m.Content)) };

    [Property(MaxTest = 200, Arbitrary = [typeof(Steps)])]
    public void Every_message_gets_one_answer_and_messages_keep_their_order(Step[] steps)
    {
        var session = new SimulatedSession();
        var client = new SimulatedClient();
        var accepted = 0;
        foreach (var step in steps)
        {
            if (step.Kind == StepKind.Submit)
                accepted += session.Submit(null, $"message {accepted}") ? 1 : 0;
            else
                Run(session, client, step);
            Assert.InRange(session.State.Waiting.Count(), 0, 3);
        }

        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);

        var questions = session.State.Items.OfType<UserItem>().ToList();
        var answers = session.State.Items.OfType<AnswerItem>().ToList();
        Assert.Equal(Enumerable.Range(0, accepted).Select(n => $"message {n}"), questions.Select(q => q.Content));
        var valid = answers.Where(a => !a.Superseded).ToList();
        Assert.Equal(questions.Select(q => q.MessageId), valid.Select(a => a.QuestionId));
        Assert.Equal(questions.Select(q => q.AnswerId), valid.Select(a => a.MessageId));
        Assert.Equal(session.Events.OfType<AnswerRegenerated>().Count(), answers.Count - valid.Count);
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Steps)])]
    public void Index_ends_up_with_the_messages_of_the_journal(Step[] steps)
    {
        var session = new SimulatedSession();
        var client = new SimulatedClient();
        foreach (var step in steps)
            Run(session, client, step);
        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);
        session.CatchUp();

        var expected = Messages(session.Events);
        Assert.Equal(expected, session.Reports.Index.Messages);
        Assert.Equal(expected.Count, session.Reports.Index.Summary!.MessageCount);
        Assert.Equal(session.Replay().Summary(), session.Reports.Index.Summary);
    }

    /// <summary>The history of these events, computed from the events alone.</summary>
    private static List<(long Seq, MessageId Id, string Content, bool Superseded)> Messages(IReadOnlyList<ISessionEvent> events)
    {
        var messages = new List<(long Seq, MessageId Id, string Content, bool Superseded)>();
        var answers = new Dictionary<MessageId, MessageId>();
        var texts = new Dictionary<MessageId, string>();
        for (var n = 0; n < events.Count; n++)
        {
            switch (events[n])
            {
                case MessageSubmitted e:
                    messages.Add((n + 1, e.MessageId, e.Content, false));
                    answers[e.MessageId] = e.AnswerId;
                    break;
                case AnswerCheckpointed e:
                    texts[e.MessageId] = texts.GetValueOrDefault(e.MessageId, "") + e.Text;
                    break;
                case AnswerWithdrawn e:
                    texts[e.MessageId] = "";
                    break;
                case AnswerFinished e:
                    messages.Add((n + 1, e.MessageId, texts.GetValueOrDefault(e.MessageId, "") + e.Text, false));
                    break;
                case AnswerRegenerated e:
                    var earlier = messages.FindIndex(m => m.Id == answers[e.QuestionId]);
                    messages[earlier] = messages[earlier] with { Superseded = true };
                    answers[e.QuestionId] = e.AnswerId;
                    break;
            }
        }

        return messages;
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

    [Fact]
    public void Withdrawn_text_is_never_shown_from_what_was_rendered_before()
    {
        var session = new SimulatedSession();
        var client = new SimulatedClient();
        session.Attach(client);
        session.Submit(client, "Hello");
        session.Piece(new string('a', 20_000));
        session.Withdraw();
        session.Piece(new string('b', 20_000));
        session.Finish(FinishReason.Stop);
        for (var n = 0; n < 10; n++)
            session.Take(client, 65_536);

        Assert.EndsWith($": {new string('b', 20_000)}", client.Transcript[^1]);
    }

    private static string Describe(SessionState state) =>
        System.Text.Json.JsonSerializer.Serialize(state.ToSnapshot(0) with { Items = [] })
        + string.Join(
            '\n',
            state.Items.Select(i =>
                i is UserItem u ? System.Text.Json.JsonSerializer.Serialize(u) : System.Text.Json.JsonSerializer.Serialize((AnswerItem)i)
            )
        );

    private static void Run(SimulatedSession session, SimulatedClient client, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Submit:
                session.Submit(client, Texts[step.Text]);
                break;
            case StepKind.Piece:
                session.Piece(Texts[step.Text]);
                break;
            case StepKind.Checkpoint:
                session.Checkpoint();
                break;
            case StepKind.Withdraw:
                session.Withdraw();
                break;
            case StepKind.Finish:
                session.Finish(FinishReason.Stop);
                break;
            case StepKind.Crash:
                session.Crash(withSnapshot: step.Text % 2 == 0);
                break;
            case StepKind.Take:
                session.Take(client, 1 + step.Text * 20_000);
                break;
            case StepKind.Detach:
                session.Detach(client);
                break;
            case StepKind.Attach:
                session.Attach(client);
                break;
            case StepKind.Regenerate:
                session.Regenerate(client);
                break;
            case StepKind.IndexTakes:
                session.Reports.Take();
                break;
            case StepKind.IndexLoses:
                session.Reports.Lose();
                break;
            case StepKind.IndexAcknowledges:
                session.IndexAcknowledges();
                break;
            case StepKind.IndexIsAskedAgain:
                session.Reports.Repeat();
                break;
            case StepKind.SaveSnapshot:
                session.SaveSnapshot();
                break;
        }
    }

    public enum StepKind
    {
        Submit,
        Piece,
        Checkpoint,
        Withdraw,
        Finish,
        Crash,
        Take,
        Detach,
        Attach,
        Regenerate,
        IndexTakes,
        IndexLoses,
        IndexAcknowledges,
        IndexIsAskedAgain,
        SaveSnapshot,
    }

    public sealed record Step(StepKind Kind, int Client, int Text);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (3, Gen.Constant(StepKind.Submit)),
                (12, Gen.Constant(StepKind.Piece)),
                (2, Gen.Constant(StepKind.Checkpoint)),
                (1, Gen.Constant(StepKind.Withdraw)),
                (2, Gen.Constant(StepKind.Finish)),
                (1, Gen.Constant(StepKind.Crash)),
                (6, Gen.Constant(StepKind.Take)),
                (1, Gen.Constant(StepKind.Detach)),
                (2, Gen.Constant(StepKind.Attach)),
                (2, Gen.Constant(StepKind.Regenerate)),
                (4, Gen.Constant(StepKind.IndexTakes)),
                (1, Gen.Constant(StepKind.IndexLoses)),
                (4, Gen.Constant(StepKind.IndexAcknowledges)),
                (1, Gen.Constant(StepKind.IndexIsAskedAgain)),
                (2, Gen.Constant(StepKind.SaveSnapshot))
            )
            from client in Gen.Choose(0, 2)
            from text in Gen.Choose(0, Texts.Length - 1)
            select new Step(kind, client, text);
    }
}
