using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Index;
using Chatbox.Actors.Telemetry;
using Chatbox.Tests.Integration.Index;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Unit.Index;

/// <summary>The index writer between probes for sessions and a scripted index.</summary>
public sealed class IndexWriterActorTests()
    : TestKit(
        """
        akka.loglevel = WARNING
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    )
{
    private static readonly IndexUnavailableException Down = new("down", new TimeoutException());

    private readonly ScriptedIndex _index = new();
    private readonly CountingMetrics _metrics = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Update_is_acknowledged_only_after_its_commit()
    {
        var writer = Start();
        var update = Session().At(7);
        writer.Tell(new WriteUpdate(update));

        var write = _index.Next();
        Assert.Equal([update], write.Updates);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        write.Commit();
        Assert.Equal(new UpdateWritten(update.Summary.SessionId, 7), ExpectMsg<UpdateWritten>());
        Assert.Equal(["index"], _metrics.Operations);
    }

    [Fact]
    public void Updates_gather_while_a_transaction_runs_and_are_written_together()
    {
        var writer = Start();
        writer.Tell(new WriteUpdate(Session().At(1)));
        var first = _index.Next();
        var updates = Enumerable.Range(0, IndexQueue.MaxUpdates + 1).Select(n => Session().At(n + 1)).ToList();
        foreach (var update in updates)
            writer.Tell(new WriteUpdate(update));
        Settle(writer);
        first.Commit();

        var second = _index.Next();
        Assert.Equal(updates[..IndexQueue.MaxUpdates], second.Updates);
        second.Commit();
        var third = _index.Next();
        Assert.Equal(updates[IndexQueue.MaxUpdates..], third.Updates);
        third.Commit();
        ReceiveN(updates.Count + 1);
    }

    [Fact]
    public void Update_that_a_session_sends_again_takes_the_place_of_the_one_that_waits()
    {
        var writer = Start();
        writer.Tell(new WriteUpdate(Session().At(1)));
        var first = _index.Next();
        var session = Session();
        var again = session.At(8, Said(5, "text"));
        writer.Tell(new WriteUpdate(session.At(5, Said(5, "text"))));
        writer.Tell(new WriteUpdate(again));
        Settle(writer);
        first.Commit();

        Assert.Equal([again], _index.Next().Updates);
    }

    [Fact]
    public void Writing_goes_on_by_itself_when_the_store_is_back_and_the_outage_is_logged_once()
    {
        var writer = Start();
        var update = Session().At(3);
        EventFilter
            .Warning(contains: "The index cannot be written")
            .ExpectOne(() =>
            {
                writer.Tell(new WriteUpdate(update));
                for (var n = 0; n < 20; n++)
                {
                    var write = _index.Next();
                    Assert.Equal([update], write.Updates);
                    write.Fail(Down);
                    PassUntilNextTry(writer);
                }
            });
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        _index.Next().Commit();
        ExpectMsg<UpdateWritten>();
    }

    [Fact]
    public void Write_that_does_not_end_is_given_up_and_tried_again()
    {
        var writer = Start();
        writer.Tell(new WriteUpdate(Session().At(3)));
        var hanging = _index.Next();
        _clock.Advance(TimeSpan.FromSeconds(31));
        AwaitAssert(() => Assert.True(hanging.Stop.IsCancellationRequested));
        PassUntilNextTry(writer);

        _index.Next().Commit();
        ExpectMsg<UpdateWritten>();
    }

    [Fact]
    public void Erasure_stands_alone_and_takes_the_place_of_what_waits()
    {
        var writer = Start();
        writer.Tell(new WriteUpdate(Session().At(1)));
        var first = _index.Next();
        var (session, other) = (Session(), Session());
        writer.Tell(new WriteUpdate(session.At(2)));
        writer.Tell(new WriteUpdate(other.At(2)));
        writer.Tell(new RemoveSession(session.SessionId));
        writer.Tell(new WriteUpdate(session.At(3)));
        Settle(writer);
        first.Commit();
        ExpectMsg<UpdateWritten>();

        var erasure = _index.Next();
        Assert.Equal(session.SessionId, erasure.Erased);
        erasure.Fail(Down);
        PassUntilNextTry(writer);
        _index.Next().Commit();
        Assert.Equal(new SessionRemoved(session.SessionId), ExpectMsg<SessionRemoved>());
        Assert.Equal([2L], _index.Next().Updates.Select(update => update.Seq));
    }

    [Fact]
    public void Update_that_the_store_refuses_does_not_hold_up_the_others()
    {
        var writer = Start();
        writer.Tell(new WriteUpdate(Session().At(1)));
        var first = _index.Next();
        var (bad, good) = (Session(), Session());
        writer.Tell(new WriteUpdate(bad.At(5)));
        writer.Tell(new WriteUpdate(good.At(6)));
        Settle(writer);
        first.Commit();
        ExpectMsg<UpdateWritten>();

        EventFilter
            .Error(contains: bad.SessionId.Value)
            .ExpectOne(() =>
            {
                _index.Next().Fail(new InvalidOperationException("of two"));
                _index.Next().Fail(new InvalidOperationException("alone"));
                _index.Next().Commit();
                Assert.Equal(good.SessionId, ExpectMsg<UpdateWritten>().SessionId);
            });
        Assert.True(_index.IsIdle);
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMinutes(1));
        _index.Next().Commit();
        Assert.Equal(bad.SessionId, ExpectMsg<UpdateWritten>().SessionId);
    }

    [Fact]
    public void Updates_gather_for_a_while_after_a_transaction_that_was_short()
    {
        var gathering = TimeSpan.FromMilliseconds(100);
        var writer = Start(gathering);
        writer.Tell(new WriteUpdate(Session().At(1)));
        _index.Next().Commit();
        ExpectMsg<UpdateWritten>();

        SessionUpdate[] updates = [Session().At(2), Session().At(3)];
        writer.Tell(new WriteUpdate(updates[0]));
        Settle(writer);
        Pass(gathering / 2);
        writer.Tell(new WriteUpdate(updates[1]));
        Settle(writer);
        Assert.True(_index.IsIdle);
        Pass(gathering / 2);
        var second = _index.Next();
        Assert.Equal(updates, second.Updates);
        second.Commit();
        ReceiveN(2);

        // Whoever comes later waits for nothing.
        Pass(gathering);
        writer.Tell(new WriteUpdate(Session().At(4)));
        _index.Next().Commit();
        ExpectMsg<UpdateWritten>();

        void Pass(TimeSpan time)
        {
            _clock.Advance(time);
            ((TestScheduler)Sys.Scheduler).Advance(time);
        }
    }

    [Fact]
    public void Full_transaction_does_not_wait_for_more()
    {
        var writer = Start(TimeSpan.FromMilliseconds(100));
        writer.Tell(new WriteUpdate(Session().At(1)));
        _index.Next().Commit();
        ExpectMsg<UpdateWritten>();

        foreach (var n in Enumerable.Range(2, IndexQueue.MaxUpdates))
            writer.Tell(new WriteUpdate(Session().At(n)));
        Assert.Equal(IndexQueue.MaxUpdates, _index.Next().Updates.Count);
    }

    private IActorRef Start(TimeSpan gathering = default) =>
        Sys.ActorOf(Props.Create(() => new IndexWriterActor(_index, new IndexState(), _metrics, _clock, gathering)), "index-writer");

    /// <summary>Returns when the writer has handled every message that was sent to it.</summary>
    private void Settle(IActorRef writer)
    {
        var probe = CreateTestProbe();
        writer.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    private void PassUntilNextTry(IActorRef writer) =>
        AwaitCondition(() =>
        {
            Settle(writer);
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(10));
            return !_index.IsIdle;
        });

    private sealed class CountingMetrics : NoMetrics
    {
        public List<string> Operations { get; } = [];

        public override void Journaled(string operation, TimeSpan duration) => Operations.Add(operation);
    }
}
