using System.Text;
using Chatbox.Actors.Models;
using Chatbox.Node.Models;
using Chatbox.Node.Models.OpenAi;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Models;

/// <summary>
/// A provider's response on its way to the session, with the pace between them: in any order of arrivals, turns and confirmations, the session
/// gets the whole text in order, at most one piece per turn, and with each turn all that had arrived.
/// </summary>
public sealed class ReadPaceProperties
{
    private const string End = """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n";

    [Property(MaxTest = 1000, Arbitrary = [typeof(Steps)])]
    public void Each_turn_brings_all_that_has_arrived_and_nothing_leaves_between_turns(Step[] steps)
    {
        var course = new Course();
        foreach (var step in steps)
            course.Take(step);
        course.Finish();
    }

    [Fact]
    public void Response_that_is_far_ahead_is_read_to_its_end_in_one_turn()
    {
        var course = new Course();
        course.Take(new Step(StepKind.Arrive, 3));
        course.Take(new Step(StepKind.Taken, 0));
        for (var n = 0; n < 50; n++)
            course.Take(new Step(StepKind.Arrive, 1500));
        course.Take(new Step(StepKind.Turn, 0));
        Assert.Equal(3 + 50 * 1500, course.Got);
    }

    [Fact]
    public void Between_two_turns_nothing_is_read()
    {
        var course = new Course();
        course.Take(new Step(StepKind.Arrive, 3));
        var reads = course.Reads;
        for (var n = 0; n < 20; n++)
            course.Take(new Step(StepKind.Arrive, 3));
        Assert.Equal(reads, course.Reads);
    }

    public enum StepKind
    {
        Arrive,
        Turn,
        Taken,
        End,
    }

    /// <param name="Length">Length of the token that arrives.</param>
    public sealed record Step(StepKind Kind, int Length);

    public static class Steps
    {
        public static Arbitrary<Step[]> All() => Gen.ArrayOf(One()).ToArbitrary();

        private static Gen<Step> One() =>
            from kind in Gen.Frequency(
                (12, Gen.Constant(StepKind.Arrive)),
                (6, Gen.Constant(StepKind.Turn)),
                (6, Gen.Constant(StepKind.Taken)),
                (1, Gen.Constant(StepKind.End))
            )
            from length in Gen.Elements(1, 2, 5, 40, 900, 2047, 2048, 5000)
            select new Step(kind, length);
    }

    /// <summary>One answer. Everything runs on the thread of the test, as far as it gets without waiting.</summary>
    private sealed class Course
    {
        private readonly ReadPace _pace = new();
        private readonly PieceGatherer _pieces = new(1_000_000, isPaced: true);
        private readonly Body _body = new();
        private readonly StringBuilder _said = new();
        private readonly StringBuilder _got = new();
        private readonly Task _reading;
        private bool _begun;
        private bool _underWay;
        private bool _sentInTurn;
        private bool _ended;

        public Course()
        {
            // Tasks continue on the thread that completes them only if xunit's own context is away.
            SynchronizationContext.SetSynchronizationContext(null);
            _reading = Read();
        }

        public int Got => _got.Length;

        public int Reads => _body.Reads;

        public void Take(Step step)
        {
            switch (step.Kind)
            {
                case StepKind.Arrive when !_ended:
                    var token = new string((char)('a' + _said.Length % 26), step.Length);
                    _said.Append(token);
                    _body.Arrive($$$"""data: {"choices":[{"index":0,"delta":{"content":"{{{token}}}"}}]}""" + "\n\n");
                    break;
                case StepKind.End when !_ended:
                    _ended = true;
                    _body.Arrive(End);
                    break;
                case StepKind.Taken when _underWay:
                    _underWay = false;
                    Send(_pieces.Taken());
                    break;
                case StepKind.Turn:
                    _sentInTurn = false;
                    _pace.Turn();
                    Send(_pieces.TakeTurn());
                    if (!_underWay || _sentInTurn)
                        Assert.Equal(_said.ToString(), _got.ToString());
                    break;
            }

            Assert.StartsWith(_got.ToString(), _said.ToString());
        }

        /// <summary>The response ends; what is left takes at most one turn.</summary>
        public void Finish()
        {
            Take(new Step(StepKind.End, 0));
            Take(new Step(StepKind.Turn, 0));
            Assert.True(_reading.IsCompletedSuccessfully);
            while (_underWay)
                Take(new Step(StepKind.Taken, 0));
            Assert.Equal(_said.ToString(), _got.ToString());
        }

        private async Task Read()
        {
            var updates = ProviderStream.Read(_body, null, new OpenAiEvents("openai"), null, _pace, TimeProvider.System, default);
            await foreach (var update in updates.ConfigureAwait(false))
            {
                if (update.Text.Length == 0)
                    continue;
                if (!_begun)
                    _pace.Begin();
                _begun = true;
                Send(_pieces.Add(update.Text));
            }

            Send(_pieces.Complete());
        }

        private void Send(Piece? sent)
        {
            if (sent is not { } piece)
                return;
            Assert.False(_underWay, "a second piece went out before the first was taken");
            Assert.False(_sentInTurn && !_pieces.IsComplete, "a second piece went out in one turn");
            (_underWay, _sentInTurn) = (true, true);
            _got.Append(piece.Text);
        }
    }

    /// <summary>What a provider has sent so far.</summary>
    private sealed class Body : MemoryStream
    {
        private readonly Queue<byte> _arrived = new();
        private TaskCompletionSource? _waiting;

        public int Reads { get; private set; }

        public void Arrive(string text)
        {
            foreach (var one in Encoding.UTF8.GetBytes(text))
                _arrived.Enqueue(one);
            var waiting = _waiting;
            _waiting = null;
            waiting?.SetResult();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            if (_arrived.Count == 0)
                await (_waiting = new TaskCompletionSource()).Task.ConfigureAwait(false);
            var count = Math.Min(buffer.Length, _arrived.Count);
            for (var n = 0; n < count; n++)
                buffer.Span[n] = _arrived.Dequeue();
            return count;
        }
    }
}
