using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of the pace at which the answers of a node send their pieces.</summary>
public sealed class PiecePacerTests : ModelTestKit
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(33);

    private readonly PiecePacer _pacer;

    public PiecePacerTests() => _pacer = new PiecePacer(Interval, Clock);

    [Fact]
    public void First_token_is_sent_at_once_and_later_ones_gather_until_the_next_turn()
    {
        var (pieces, session) = Begin("Once");
        Takes(session, "Once");

        Assert.Null(pieces.Add(" upon"));
        Assert.Null(pieces.Add(" a"));
        Clock.Advance(Interval - TimeSpan.FromMilliseconds(1));
        ExpectNothing(session);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Takes(session, " upon a");

        Assert.Null(pieces.Add(" time"));
        ExpectNothing(session);
        Clock.Advance(Interval);
        Takes(session, " time");
    }

    [Fact]
    public void A_session_that_is_still_busy_at_the_turn_gets_the_text_as_soon_as_it_is_ready()
    {
        var (pieces, session) = Begin("Once");
        var first = session.ExpectMsg<AnswerPiece>();
        var answer = session.LastSender;
        pieces.Add(" upon");
        Clock.Advance(Interval);
        ExpectNothing(session);

        answer.Tell(new PieceTaken(first.AnswerId), session);
        Takes(session, " upon");
    }

    [Fact]
    public void The_end_does_not_wait_for_a_turn()
    {
        var (pieces, session) = Begin("Once");
        Takes(session, "Once");
        pieces.Add(" upon");
        session.ExpectNoMsg(TimeSpan.Zero);

        Assert.Equal(" upon", pieces.Complete()?.Text);
    }

    [Fact]
    public void Each_of_many_answers_has_one_turn_in_each_interval()
    {
        var answers = Enumerable.Range(0, 9).Select(n => Begin($"first {n}")).ToList();
        foreach (var (n, (_, session)) in answers.Index())
            Takes(session, $"first {n}");

        for (var turn = 0; turn < 3; turn++)
        {
            foreach (var (pieces, _) in answers)
                Assert.Null(pieces.Add($"turn {turn}"));
            Clock.Advance(Interval);
            foreach (var (_, session) in answers)
                Takes(session, $"turn {turn}");
        }
    }

    [Fact]
    public void An_answer_that_has_ended_is_forgotten_and_another_one_can_follow()
    {
        var (ended, session) = Begin("Once");
        Takes(session, "Once");
        ended.Complete();
        Clock.Advance(Interval);

        var (pieces, next) = Begin("Twice");
        Takes(next, "Twice");
        pieces.Add(" told");
        Clock.Advance(Interval);
        Takes(next, " told");
        ExpectNothing(session);
    }

    [Fact]
    public void What_the_provider_sends_between_two_turns_is_read_at_the_next_and_leaves_as_one_piece()
    {
        var (session, pieces, reading) = (CreateTestProbe(), new PieceGatherer(1000, isPaced: true), new ReadPace());
        var sender = new PieceSender(CreateTestProbe(), new SessionLink(session), Ask("a"), pieces, reading);
        reading.Begin();
        _pacer.Pace(sender);
        sender.Send(pieces.Add("Once")!.Value);
        Takes(session, "Once");

        var arrived = "";
        _ = Read();
        arrived += " upon";
        arrived += " a";
        ExpectNothing(session);
        Clock.Advance(Interval);
        Takes(session, " upon a");

        async Task Read()
        {
            while (true)
            {
                await reading.NextTurn().ConfigureAwait(false);
                pieces.Add(arrived);
                arrived = "";
            }
        }
    }

    [Fact]
    public async Task A_reader_that_waits_for_its_turn_goes_on_when_the_answer_is_stopped()
    {
        var session = CreateTestProbe();
        var answer = Sys.ActorOf(
            Props.Create(() => new AnswerActor(Ask("a"), session, Model(1), Client, null, Options, new NoMetrics(), Clock, _pacer))
        );
        var call = Client.NextCall();
        call.Say("Once");
        Takes(session, "Once");
        var turn = ((ReadPace)call.Options!.AdditionalProperties![ModelCall.Pace]!).NextTurn().AsTask();
        Assert.False(turn.IsCompleted);

        Sys.Stop(answer);
        await Soon(turn);
    }

    protected override void AfterAll()
    {
        _pacer.Dispose();
        base.AfterAll();
    }

    /// <summary>An answer whose first token has just come.</summary>
    private (PieceGatherer Pieces, TestProbe Session) Begin(string firstToken)
    {
        var (session, pieces) = (CreateTestProbe(), new PieceGatherer(1000, isPaced: true));
        var sender = new PieceSender(CreateTestProbe(), new SessionLink(session), Ask("a"), pieces);
        _pacer.Pace(sender);
        sender.Send(pieces.Add(firstToken)!.Value);
        return (pieces, session);
    }
}
