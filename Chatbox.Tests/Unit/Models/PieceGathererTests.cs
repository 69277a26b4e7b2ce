using System.Text;
using System.Threading.Channels;
using Chatbox.Actors.Models;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Models;

public sealed class PieceGathererTests
{
    private const int Capacity = 32;

    private static readonly string[] Texts =
    [
        "",
        "a",
        "日本",
        "🙂",
        "\ud83d",
        "\ude42",
        "x\ud83d",
        "\ude42y",
        "\ud83d\ud83d",
        "\ude42\ud83d",
        new('z', Capacity),
    ];

    [Property(MaxTest = 1000, Arbitrary = [typeof(Steps)])]
    public void Any_interleaving_hands_out_the_text_in_order_one_piece_at_a_time(Step[] steps, bool isPaced)
    {
        var gatherer = new PieceGatherer(Capacity, isPaced);
        var (waitsForTurn, hasSent) = (false, false);
        var (said, got) = (new StringBuilder(), new StringBuilder());
        var (underWay, complete) = (false, false);
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Add:
                    if (!complete)
                        said.Append(step.Text);
                    Send(gatherer.Add(step.Text));
                    break;
                case StepKind.Replace:
                    if (!complete)
                        said.Clear().Append(step.Text);
                    waitsForTurn = false;
                    Send(gatherer.Replace(step.Text));
                    break;
                case StepKind.Taken when underWay:
                    underWay = false;
                    Send(gatherer.Taken());
                    break;
                case StepKind.Turn:
                    waitsForTurn = false;
                    Send(gatherer.TakeTurn());
                    waitsForTurn |= isPaced && hasSent && !underWay;
                    break;
                case StepKind.Complete:
                    complete = true;
                    Send(gatherer.Complete());
                    break;
            }

            Assert.Equal(complete, gatherer.IsComplete);
        }

        complete = true;
        Send(gatherer.Complete());
        while (underWay)
        {
            underWay = false;
            Send(gatherer.Taken());
        }

        Assert.Equal(Whole(said.ToString()), got.ToString());
        Assert.True(gatherer.IsEmpty);
        Assert.True(gatherer.WaitForRoom().IsCompletedSuccessfully);

        void Send(Piece? sent)
        {
            if (sent is not { } piece)
                return;
            Assert.False(underWay, "a second piece went out before the first was taken");
            Assert.False(waitsForTurn && !complete, "a piece went out before the answer had its turn");
            (underWay, waitsForTurn, hasSent) = (true, isPaced, true);
            if (piece.Replaces)
                got.Clear();
            else
                Assert.NotEmpty(piece.Text);
            Assert.Equal(Whole(piece.Text), piece.Text);
            got.Append(piece.Text);
        }
    }

    [Fact]
    public void Text_after_an_empty_turn_waits_for_the_next_one()
    {
        var gatherer = new PieceGatherer(Capacity, isPaced: true);
        Assert.Equal("Once", gatherer.Add("Once")?.Text);
        Assert.Null(gatherer.Taken());
        Assert.Null(gatherer.TakeTurn());

        Assert.Null(gatherer.Add(" upon"));
        Assert.Equal(" upon", gatherer.TakeTurn()?.Text);
    }

    [Fact]
    public void First_piece_waits_for_no_turn_even_if_one_came_before_the_text()
    {
        var gatherer = new PieceGatherer(Capacity, isPaced: true);
        Assert.Null(gatherer.TakeTurn());

        Assert.Equal("Once", gatherer.Add("Once")?.Text);
    }

    [Fact]
    public void Halves_of_a_pair_are_put_together_and_lone_ones_are_replaced()
    {
        var gatherer = new PieceGatherer(Capacity, isPaced: false);
        Assert.Null(gatherer.Add("\ud83d"));
        Assert.Equal("🙂", gatherer.Add("\ude42")?.Text);
        gatherer.Add("\ude42 \ud83d");
        Assert.Equal("\ufffd ", gatherer.Taken()?.Text);
        Assert.Null(gatherer.Taken());
        Assert.Equal("\ufffd", gatherer.Complete()?.Text);
    }

    [Fact]
    public void Provider_waits_while_too_much_has_gathered()
    {
        var gatherer = new PieceGatherer(Capacity, isPaced: false);
        gatherer.Add("first");
        Assert.True(gatherer.WaitForRoom().IsCompleted);
        gatherer.Add(new string('x', Capacity));
        var room = gatherer.WaitForRoom();
        Assert.False(room.IsCompleted);

        gatherer.Taken();
        Assert.True(room.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Writer_and_reader_on_different_threads_lose_and_double_nothing()
    {
        var gatherer = new PieceGatherer(Capacity, isPaced: false);
        var pieces = Channel.CreateUnbounded<string>();
        var said = new StringBuilder();
        var writer = Task.Run(async () =>
        {
            for (var n = 0; n < 20_000; n++)
            {
                var text = $"{n}🙂";
                said.Append(text);
                if (gatherer.Add(text) is { } piece)
                    pieces.Writer.TryWrite(piece.Text);
                await gatherer.WaitForRoom().WaitAsync(TimeSpan.FromSeconds(20));
            }

            if (gatherer.Complete() is { } last)
                pieces.Writer.TryWrite(last.Text);
        });

        var got = new StringBuilder();
        while (!(writer.IsCompleted && gatherer.IsEmpty))
        {
            if (!pieces.Reader.TryRead(out var piece))
            {
                await Task.WhenAny(writer, pieces.Reader.WaitToReadAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(20));
                continue;
            }

            got.Append(piece);
            if (gatherer.Taken() is { } next)
                pieces.Writer.TryWrite(next.Text);
        }

        await writer;
        Assert.Equal(said.ToString(), got.ToString());
    }

    /// <summary>The text as UTF-8 can represent it.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    public enum StepKind
    {
        Add,
        Replace,
        Taken,
        Turn,
        Complete,
    }

    public sealed record Step(StepKind Kind, string Text);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (12, Gen.Constant(StepKind.Add)),
                (1, Gen.Constant(StepKind.Replace)),
                (8, Gen.Constant(StepKind.Taken)),
                (8, Gen.Constant(StepKind.Turn)),
                (1, Gen.Constant(StepKind.Complete))
            )
            from text in Gen.Elements(Texts)
            select new Step(kind, text);
    }
}
