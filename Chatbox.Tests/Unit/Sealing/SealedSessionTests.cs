using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Sealing;
using Chatbox.Tests.Unit.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sealing;

/// <summary>A session with a key: its journal holds only encrypted rows, and recovery decrypts them.</summary>
public sealed class SealedSessionTests() : TestKit($"akka.loglevel = OFF\n{Store}")
{
    private static readonly IContentCipher KeyA = new AesContentCipher([new SealingKey("a", Bytes(1))]);
    private static readonly IContentCipher KeyB = new AesContentCipher([new SealingKey("b", Bytes(2))]);

    [Fact]
    public void Every_event_is_sealed_for_the_place_where_it_stands_also_when_checkpoints_and_commands_overtake_each_other()
    {
        var models = CreateTestProbe();
        var session = Start(models, KeyA);
        for (var n = 0; n < 20; n++)
        {
            session.Tell(Say($"c{n}", $"Question {n}"), TestActor);
            var start = models.FishForMessage<StartAnswer>(_ => true);
            // A checkpoint does not block commands, so several events are on their way to the journal at once.
            foreach (var piece in Enumerable.Range(0, 5))
            {
                models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, $"piece {piece} "));
                session.Tell(new StopAnswer(Id, new CommandId($"foreign {n} {piece}"), true, new UserId("mallory")), ActorRefs.NoSender);
            }

            models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
            FishForMessage<CommandAccepted>(_ => true);
        }

        this.Crash(session);
        var rows = this.Journaled();
        var sealing = new SessionSealing(KeyA);
        var texts = rows.Select((row, n) => sealing.Open(Assert.IsType<SealedEvent>(row), Id, n + 1));
        Assert.Equal(20, texts.OfType<MessageSubmitted>().Count());
        Assert.True(texts.OfType<AnswerCheckpointed>().Count() > 20);
    }

    [Fact]
    public void Session_whose_key_is_missing_says_so_to_viewers_and_commands_and_writes_nothing()
    {
        var models = CreateTestProbe();
        var session = Start(models, KeyA);
        session.Tell(Say("c1", "Hello"), TestActor);
        FishForMessage<CommandAccepted>(_ => true);
        this.Crash(session);
        var before = this.Journaled().Count;

        foreach (var cipher in new[] { KeyB, new PlainCipher() })
        {
            var again = Start(models, cipher);
            again.Tell(new AttachViewer(Id, Alice, 1, null, null, null), TestActor);
            ExpectMsg<SessionUnreadable>(m => m.SessionId == Id);
            again.Tell(Say("c2", "Hello?"), TestActor);
            Assert.Equal(Refusal.Unreadable, ExpectMsg<CommandRefused>().Reason);
            this.Crash(again);
        }

        Assert.Equal(before, this.Journaled().Count);
    }

    [Fact]
    public void Erased_session_stays_erased_in_a_store_that_refuses_clear_text()
    {
        var onlySealed = new AesContentCipher([new SealingKey("a", Bytes(1))], acceptsPlain: false);
        var session = Start(CreateTestProbe(), onlySealed);
        session.Tell(Say("c1", "Hello"), TestActor);
        FishForMessage<CommandAccepted>(_ => true);
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        session.Tell(new EraseSession(Id, new CommandId("e1"), Alice, ByAdmin: false), TestActor);
        viewer.FishForMessage<ViewerDismissed>(_ => true);
        this.Crash(session);

        var again = Start(CreateTestProbe(), onlySealed);
        again.Tell(new GetOwnership(Id, Alice), TestActor);

        // The first incarnation may have completed the erasure, and accepted the command, before its end.
        var ownership = FishForMessage<Ownership>(_ => true);
        Assert.Equal((false, true), (ownership.Owned, ownership.Ended));
        Assert.All(this.Journaled(), row => Assert.IsType<SealedEvent>(row));
    }

    private IActorRef Start(TestProbe models, IContentCipher cipher)
    {
        var options = new ChatSessionOptions { CheckpointInterval = TimeSpan.FromTicks(1), SnapshotEvery = 10_000 };
        return Sys.ActorOf(Session(With(models, Sys.ActorOf(Props.Create<AcknowledgingIndex>()), options, cipher)));
    }

    private static byte[] Bytes(byte fill) => [.. Enumerable.Repeat(fill, SealingKey.Length)];
}
