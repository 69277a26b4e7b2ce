using Chatbox.Messages.Sessions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>Promise no-gap for legacy pages: broken sockets and reconnects anywhere in an answer, while sessions crash and text is withdrawn.</summary>
public sealed class ReplacedPageProperties
{
    private static readonly string[] Texts = ["a", "Hello, ", "🙂", "日本語 ", new('x', 3_000), new('é', 20_000)];

    [Property(MaxTest = 400, StartSize = 10, EndSize = 120, Arbitrary = [typeof(Steps)])]
    public void Page_shows_each_answer_once_and_whole(Step[] steps)
    {
        var (session, page) = Play(steps.Where(s => s.Kind is not (StepKind.Withdraw or StepKind.Crash)));

        Assert.Equal(Answers(session), page.Bubbles);
    }

    /// <summary>Withdrawn text, which the page cannot remove, stays above the final answer.</summary>
    [Property(MaxTest = 400, StartSize = 10, EndSize = 120, Arbitrary = [typeof(Steps)])]
    public void Page_shows_each_answer_whole_though_text_was_withdrawn(Step[] steps)
    {
        var (session, page) = Play(steps);

        var shown = 0;
        foreach (var answer in Answers(session))
        {
            var at = page.Bubbles.Skip(shown).ToList().IndexOf(answer);
            Assert.True(at >= 0, $"{answer.Length} characters are not on the page.");
            shown += at + 1;
        }
    }

    private static (SimulatedSession Session, SimulatedPage Page) Play(IEnumerable<Step> steps)
    {
        var (session, page) = (new SimulatedSession(), new SimulatedPage());
        session.Attach(page);
        foreach (var step in steps)
            Run(session, page, step);
        while (session.State.Running is not null)
            session.Finish(FinishReason.Stop);
        for (var n = 0; n < 500; n++)
            session.Take(page, 1_000);
        return (session, page);
    }

    private static List<string> Answers(SimulatedSession session) =>
        [.. session.State.Items.OfType<AnswerItem>().Select(a => a.Text).Where(t => t.Length > 0)];

    private static void Run(SimulatedSession session, SimulatedPage page, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Submit:
                session.Submit(null, Texts[step.Size]);
                break;
            case StepKind.Piece:
                session.Piece(Texts[step.Size]);
                break;
            case StepKind.Checkpoint:
                session.Checkpoint();
                break;
            case StepKind.Finish:
                session.Finish(FinishReason.Stop);
                break;
            case StepKind.Take:
                session.Take(page, step.Size);
                break;
            case StepKind.CutAndComeBack when page.IsInAnswer:
                session.Attach(page);
                break;
            case StepKind.Withdraw:
                session.Withdraw();
                break;
            case StepKind.Crash:
                session.Crash(withSnapshot: step.Size % 2 == 0);
                break;
        }
    }

    public enum StepKind
    {
        Submit,
        Piece,
        Checkpoint,
        Finish,
        Take,
        CutAndComeBack,
        Withdraw,
        Crash,
    }

    public sealed record Step(StepKind Kind, int Size);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (3, Gen.Constant(StepKind.Submit)),
                (8, Gen.Constant(StepKind.Piece)),
                (2, Gen.Constant(StepKind.Checkpoint)),
                (2, Gen.Constant(StepKind.Finish)),
                (8, Gen.Constant(StepKind.Take)),
                (4, Gen.Constant(StepKind.CutAndComeBack)),
                (1, Gen.Constant(StepKind.Withdraw)),
                (1, Gen.Constant(StepKind.Crash))
            )
            from size in Gen.Choose(0, Texts.Length - 1)
            select new Step(kind, size);
    }
}
