using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// Files that models return, over random interleavings with the text of their answers, crashes, reconnects and slow sockets: nothing is lost,
/// doubled or shown out of order.
/// </summary>
public sealed class ReturnedFileProperties
{
    private enum StepKind
    {
        Submit,
        Piece,
        Checkpoint,
        Return,
        Refuse,
        Withdraw,
        Finish,
        Regenerate,
        Crash,
        Take,
        Attach,
        Index,
    }

    private static readonly StepKind[] Kinds =
    [
        .. Enum.GetValues<StepKind>(),
        StepKind.Return,
        StepKind.Return,
        StepKind.Piece,
        StepKind.Piece,
        StepKind.Take,
        StepKind.Take,
    ];

    public sealed record Step(byte Kind, byte Client, byte Number);

    [Property(MaxTest = 300, EndSize = 80)]
    public void Every_viewer_ends_up_with_the_transcript_of_the_journal(Step[] steps)
    {
        var session = new SimulatedSession();
        SimulatedClient[] clients = [new(), new(), new()];
        foreach (var client in clients)
            session.Attach(client);
        foreach (var step in steps)
            Run(session, clients[step.Client % clients.Length], step);
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

    [Property(MaxTest = 300, EndSize = 80)]
    public void Answer_knows_its_files_also_in_a_small_memory(Step[] steps)
    {
        var session = Played(steps, new SessionBounds(2, 1_000_000));
        End(session);

        foreach (var answer in session.State.Items.OfType<AnswerItem>())
            Assert.Equal(
                session.Events.OfType<FileReturned>().Count(e => e.Of == answer.MessageId && e.Returned.File is not null),
                answer.Files
            );
    }

    [Property(MaxTest = 200, EndSize = 80)]
    public void Replay_and_snapshot_give_the_state_that_was(Step[] steps)
    {
        var session = Played(steps, SessionBounds.Default);

        var expected = Describe(session.State);
        Assert.Equal(expected, Describe(session.Replay()));
        Assert.Equal(expected, Describe(SimulatedSession.ThroughSnapshot(session.State)));
    }

    private static SimulatedSession Played(Step[] steps, SessionBounds bounds)
    {
        var session = new SimulatedSession(bounds);
        foreach (var step in steps.Where(step => KindOf(step) is not (StepKind.Take or StepKind.Attach)))
            Run(session, null, step);
        return session;
    }

    private static StepKind KindOf(Step step) => Kinds[step.Kind % Kinds.Length];

    private static string TextOf(SessionItem item) =>
        item switch
        {
            UserItem message => message.Content,
            AnswerItem answer => answer.Text,
            ReturnedFileItem file => FileFrames.WordsOf(file),
            _ => throw new InvalidOperationException(),
        };

    private static string Describe(SessionState state) =>
        System.Text.Json.JsonSerializer.Serialize(state.ToSnapshot(0) with { Items = [] })
        + string.Join('\n', state.Items.Select(item => System.Text.Json.JsonSerializer.Serialize<object>(item)));

    private static void End(SimulatedSession session)
    {
        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);
    }

    private static void Return(SimulatedSession session, Func<int, ReturnedFile> file)
    {
        if (session.State.Running is not { } running)
            return;
        var name = session.NextName();
        session.Journal(
            new FileReturned(SimulatedSession.Id, new MessageId($"f{name}"), running.MessageId, file(name), SimulatedSession.Start)
        );
        session.PumpAll();
    }

    private static void Run(SimulatedSession session, SimulatedClient? client, Step step)
    {
        switch (KindOf(step))
        {
            case StepKind.Submit:
                session.Submit(client, "words");
                break;
            case StepKind.Piece:
                session.Piece("text ");
                break;
            case StepKind.Checkpoint:
                session.Checkpoint();
                break;
            case StepKind.Return:
                Return(session, name => ReturnedFile.Kept(new MessageFile($"{name:d32}", null, "image-1.png", "image/png", 7)));
                break;
            case StepKind.Refuse:
                Return(session, _ => ReturnedFile.Refused("run.exe", FileFaults.Type, "Programs are not accepted."));
                break;
            case StepKind.Withdraw:
                session.Withdraw();
                break;
            case StepKind.Finish:
                session.Finish(FinishReason.Stop);
                break;
            case StepKind.Regenerate:
                session.Regenerate(client);
                break;
            case StepKind.Crash:
                session.Crash(withSnapshot: step.Number % 2 == 0);
                break;
            case StepKind.Take:
                session.Take(client!, 1 + step.Number % 8 * 20_000);
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
}
