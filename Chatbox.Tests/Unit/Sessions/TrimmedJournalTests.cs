using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>A session's journal below its snapshot, between probes for its models and the index.</summary>
public sealed class TrimmedJournalTests() : TestKit($"akka.loglevel = OFF\n{Store}\n{OvertakenSnapshots.Config}")
{
    private const int Keep = 2;

    private TestProbe _models = null!;
    private TestProbe _index = null!;

    [Fact]
    public void Session_that_rests_keeps_a_snapshot_and_a_few_events_and_goes_on_from_there()
    {
        var session = Start();
        Converse(session, "c1");
        AcknowledgeIndex();
        Assert.True(this.Journaled().Count > Keep);

        Rest(session);

        AwaitCondition(() => this.Journaled().Count == Keep);
        this.Crash(session);
        session = Start();
        session.Tell(Say("c1", "?"), TestActor);
        Assert.True(ExpectMsg<CommandAccepted>().Repeated);
        Converse(session, "c2");
    }

    [Fact]
    public void Session_that_rests_after_its_first_event_keeps_the_snapshot_of_that_event()
    {
        var session = StartIndexed(keep: 0);
        session.Tell(new StopAnswer(Id, new CommandId("c1"), true, Alice), TestActor);
        ExpectMsg<CommandAccepted>();
        AwaitAssert(() =>
        {
            Rest(session);
            Assert.Empty(this.Journaled());
        });

        this.Crash(session);
        session = StartIndexed(keep: 0);

        session.Tell(new StopAnswer(Id, new CommandId("c1"), true, Alice), TestActor);
        Assert.True(ExpectMsg<CommandAccepted>().Repeated);
        Converse(session, "c2");
    }

    [Fact]
    public void Nothing_is_deleted_while_the_index_lacks_it()
    {
        var session = Start();
        Converse(session, "c1");
        var before = this.Journaled().Count;

        Rest(session);

        session.Tell(new GetOwnership(Id, Alice), TestActor);
        ExpectMsg<Ownership>();
        Assert.Equal(before, this.Journaled().Count);
    }

    [Fact]
    public void Trimmed_session_without_its_snapshot_refuses_everything_and_writes_nothing()
    {
        var session = Start();
        Converse(session, "c1");
        AcknowledgeIndex();
        Rest(session);
        AwaitCondition(() => this.Journaled().Count == Keep);
        this.Crash(session);
        RemoveSnapshots();

        session = Start();
        session.Tell(Say("c2", "?"), TestActor);

        Assert.Equal(Refusal.Unreadable, ExpectMsg<CommandRefused>().Reason);
        Assert.Equal(Keep, this.Journaled().Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Recovery_that_another_incarnation_overtakes_starts_again_and_loses_nothing(int snapshots)
    {
        var session = StartIndexed();
        for (var n = 1; n <= snapshots; n++)
        {
            Converse(session, $"c{n}");
            Converse(session, $"more {n}"); // so that there is something to trim
            AwaitAssert(() =>
            {
                Rest(session);
                Assert.Equal(Keep, this.Journaled().Count);
            });
        }

        this.Crash(session);
        OvertakenSnapshots.OvertakeNext(Sys);
        session = StartIndexed();
        Watch(session);
        session.Tell(Say("c1", "?"), TestActor);
        ExpectTerminated(session);

        session = StartIndexed();
        for (var n = 1; n <= snapshots; n++)
        {
            session.Tell(Say($"c{n}", "?"), TestActor);
            Assert.True(ExpectMsg<CommandAccepted>().Repeated);
        }

        Converse(session, "next");
    }

    private IActorRef Start()
    {
        (_models, _index) = (CreateTestProbe(), CreateTestProbe());
        return Sys.ActorOf(Session(With(_models, _index, new ChatSessionOptions { JournalKeep = Keep })));
    }

    /// <summary>Starts the session with an index that has everything at once.</summary>
    private IActorRef StartIndexed(int keep = Keep)
    {
        _models = CreateTestProbe();
        var index = Sys.ActorOf(Props.Create<AcknowledgingIndex>());
        return Sys.ActorOf(Session(With(_models, index, new ChatSessionOptions { JournalKeep = keep })));
    }

    private void Converse(IActorRef session, string command)
    {
        session.Tell(Say(command, "?"), TestActor);
        FishForMessage<CommandAccepted>(accepted => !accepted.Repeated);
        var start = _models.FishForMessage<StartAnswer>(_ => true);
        _models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "Well, well."));
        _models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
        AwaitCondition(() => this.Journaled().OfType<AnswerFinished>().Any(end => end.MessageId == start.AnswerId));
    }

    private void AcknowledgeIndex()
    {
        while (_index.ReceiveOne(TimeSpan.FromMilliseconds(200)) is IndexProtocol.WriteUpdate write)
            _index.Reply(new IndexProtocol.UpdateWritten(Id, write.Update.Seq));
    }

    private static void Rest(IActorRef session) => session.Tell(ReceiveTimeout.Instance);

    private void RemoveSnapshots()
    {
        var remover = Sys.ActorOf(Props.Create(() => new SnapshotRemover(TestActor)));
        ExpectMsg<DeleteSnapshotsSuccess>();
        this.Crash(remover);
    }

    private sealed class SnapshotRemover : ReceivePersistentActor
    {
        public SnapshotRemover(IActorRef done)
        {
            Recover<RecoveryCompleted>(_ => DeleteSnapshots(new SnapshotSelectionCriteria(long.MaxValue, DateTime.MaxValue)));
            Command<DeleteSnapshotsSuccess>(done.Tell);
        }

        public override string PersistenceId => $"session-{Id}";
    }
}
