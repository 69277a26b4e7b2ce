using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>A session and its index: the index gets everything in the end, and the session stays bounded while the index is unavailable.</summary>
public sealed class SessionIndexTests : TestKit
{
    private static readonly ChatSessionOptions Options = new() { SnapshotEvery = 10 };

    private readonly TestProbe _models;
    private readonly TestProbe _index;
    private readonly TestProbe _shard;

    public SessionIndexTests()
        : base(
            $"""
            akka.loglevel = OFF
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            {Store}
            """
        ) => (_models, _index, _shard) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());

    [Fact]
    public void Update_is_sent_again_until_it_is_acknowledged_and_what_comes_meanwhile_gathers_into_the_next()
    {
        var session = Start();
        Say(session, "c1", "Hello");
        var first = _index.ExpectMsg<WriteUpdate>().Update;
        Assert.Equal("Hello", Assert.Single(first.Messages).Content);
        Assert.Equal(("Hello", 1, Alice), (first.Summary.Name, first.Summary.MessageCount, first.Summary.UserId));

        Answer("Hi");
        Say(session, "c2", "More");
        _index.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Pass(Options.IndexTimeout);
        Assert.Same(first, _index.ExpectMsg<WriteUpdate>().Update);

        Acknowledge(session, first.Seq);
        var second = _index.ExpectMsg<WriteUpdate>().Update;
        Assert.Equal([("ai_response", "Hi"), ("user_message", "More")], second.Messages.Select(m => (m.Type, m.Content)));
        Assert.Equal("stop", second.Messages[0].Metadata["finish_reason"]);
        Assert.Equal("m", second.Messages[0].Metadata["model_id"]);
        Assert.NotNull(second.Messages[0].ResponseTime);
        Assert.Equal(1, second.Summary.ResponseCount);

        // A repeated acknowledgement of the first update does not acknowledge the second one.
        Acknowledge(session, first.Seq);
        Pass(Options.IndexTimeout);
        Assert.Same(second, _index.ExpectMsg<WriteUpdate>().Update);
        Acknowledge(session, second.Seq);
        Pass(Options.IndexTimeout);
        _index.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void After_a_crash_the_index_is_told_all_that_no_snapshot_covers_and_a_snapshot_covers_only_what_it_has()
    {
        var session = Start();
        for (var n = 0; n < 6; n++)
        {
            Say(session, $"c{n}", $"Question {n}");
            Answer($"Answer {n}");
        }

        var before = _index.ExpectMsg<WriteUpdate>().Update;
        Acknowledge(session, before.Seq);
        Assert.Equal(11, _index.ExpectMsg<WriteUpdate>().Update.Messages.Length);
        this.Crash(session);

        session = Start();
        var all = _index.ExpectMsg<WriteUpdate>().Update;
        Assert.Equal(12, all.Messages.Length);
        Assert.Equal(all.Seq, all.Messages[^1].Seq);
        Acknowledge(session, all.Seq);
        Say(session, "last", "Last");
        Acknowledge(session, _index.ExpectMsg<WriteUpdate>().Update.Seq);
        this.Crash(session);

        Start();
        Assert.Equal("Last", Assert.Single(_index.ExpectMsg<WriteUpdate>().Update.Messages).Content);
    }

    [Fact]
    public void Rating_reaches_the_index_and_comes_again_after_a_crash()
    {
        var session = Start();
        Say(session, "c1", "Hello");
        Answer("Hi");
        session.Tell(new RateConversation(Id, new CommandId("f1"), true, Alice, null, Rating.Down, "Slow."), TestActor);
        ExpectMsg<CommandAccepted>();
        this.Crash(session);

        Start();
        var all = _index.FishForMessage<WriteUpdate>(m => m.Update.Messages.Length == 2).Update;
        var rating = Assert.Single(all.Ratings);
        Assert.Equal((all.Seq, null, Rating.Down, "Slow."), (rating.Seq, rating.MessageId, rating.Rating, rating.Comment));
    }

    [Fact]
    public void Session_rests_only_when_the_index_has_everything()
    {
        var session = Start();
        Say(session, "c1", "Hello");
        Answer("Hi");
        var first = _index.ExpectMsg<WriteUpdate>().Update;
        Pass(Options.PassivateAfter * 2);
        _shard.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Acknowledge(session, first.Seq);
        var last = _index.FishForMessage<WriteUpdate>(m => m.Update.Seq > first.Seq).Update;
        Pass(Options.PassivateAfter * 2);
        _shard.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Acknowledge(session, last.Seq);
        session.Tell(new GetOwnership(Id, Alice), _models);
        _models.ExpectMsg<Ownership>();
        Pass(Options.PassivateAfter);
        _shard.ExpectMsg<Passivate>();
    }

    [Fact]
    public void Session_that_woke_and_that_nobody_views_rests_sooner_than_one_that_somebody_left()
    {
        var session = Start();
        Say(session, "c1", "Hello");
        Answer("Hi");
        this.Crash(session);

        session = Start();
        Acknowledge(session, _index.FishForMessage<WriteUpdate>(m => m.Update.Messages.Length == 2).Update.Seq);
        session.Tell(new GetOwnership(Id, Alice), _models);
        _models.FishForMessage<Ownership>(_ => true);
        Pass(Options.PassivateUnviewedAfter);
        _shard.ExpectMsg<Passivate>();
        Watch(session);
        session.Tell(SessionActor.StopSession.Instance);
        ExpectTerminated(session);

        session = Start();
        Acknowledge(session, _index.FishForMessage<WriteUpdate>(m => m.Update.Messages.Length == 2).Update.Seq);
        var device = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), device);
        device.ExpectMsg<ViewerAttached>();
        session.Tell(new DetachViewer(Id), device);
        session.Tell(new GetOwnership(Id, Alice), _models);
        _models.FishForMessage<Ownership>(_ => true);
        Pass(Options.PassivateUnviewedAfter);
        _shard.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Pass(Options.PassivateAfter);
        _shard.ExpectMsg<Passivate>();
    }

    [Fact]
    public void Session_that_rests_tells_the_index_first_what_came_at_the_last_moment()
    {
        var session = Start();
        Say(session, "c1", "Hello");
        Answer("Hi");
        Acknowledge(session, _index.ExpectMsg<WriteUpdate>().Update.Seq);
        Acknowledge(session, _index.ExpectMsg<WriteUpdate>().Update.Seq);
        session.Tell(new GetOwnership(Id, Alice), _models);
        _models.ExpectMsg<Ownership>();
        Pass(Options.PassivateAfter);
        _shard.ExpectMsg<Passivate>();

        Watch(session);
        session.Tell(new SelectModel(Id, new CommandId("m1"), true, Alice, new ModelId("m")), TestActor);
        ExpectMsg<CommandAccepted>();
        session.Tell(SessionActor.StopSession.Instance);
        var last = _index.ExpectMsg<WriteUpdate>().Update;
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Acknowledge(session, last.Seq);
        ExpectTerminated(session);
    }

    [Fact]
    public void Session_that_rests_does_not_wait_for_an_index_that_is_away()
    {
        var session = Start();
        session.Tell(new GetOwnership(Id, Alice), _models);
        _models.ExpectMsg<Ownership>();
        _shard.ExpectMsg<Passivate>();
        Say(session, "c1", "Hello");
        _index.ExpectMsg<WriteUpdate>();
        Watch(session);
        session.Tell(SessionActor.StopSession.Instance);
        session.Tell(new GetOwnership(Id, Alice), _models);
        _models.FishForMessage<Ownership>(_ => true);
        Pass(TimeSpan.FromSeconds(5));

        ExpectTerminated(session);
    }

    [Fact]
    public void Session_that_is_handed_over_goes_at_once()
    {
        var session = Start();
        Say(session, "c1", "Hello");
        _index.ExpectMsg<WriteUpdate>();
        Watch(session);
        session.Tell(SessionActor.StopSession.Instance);

        ExpectTerminated(session);
    }

    [Fact]
    public void Session_takes_no_more_messages_while_too_much_waits_for_the_index()
    {
        var session = Start();
        var first = default(WriteUpdate);
        for (var n = 1; n <= 4; n++)
        {
            Say(session, $"c{n}", new string('x', 300_000));
            first ??= _index.ExpectMsg<WriteUpdate>();
            Answer("Hi");
        }

        session.Tell(SessionKit.Say("c5", "More"), TestActor);
        Assert.Equal(Refusal.IndexBehind, ExpectMsg<CommandRefused>().Reason);
        session.Tell(new RegenerateAnswer(Id, new CommandId("r"), true, Alice, Admission.Granted), TestActor);
        Assert.Equal(Refusal.IndexBehind, ExpectMsg<CommandRefused>().Reason);
        session.Tell(new RateConversation(Id, new CommandId("f"), true, Alice, null, Rating.Up, null), TestActor);
        Assert.Equal(Refusal.IndexBehind, ExpectMsg<CommandRefused>().Reason);
        session.Tell(SessionKit.Say("c4", "Known"), TestActor);
        Assert.True(ExpectMsg<CommandAccepted>().Repeated);

        Acknowledge(session, first!.Update.Seq);
        Say(session, "c5", "More");
    }

    [Fact]
    public void Much_that_waits_goes_in_updates_of_bounded_size()
    {
        var state = new SessionState(Id);
        var feed = new IndexFeed();
        var seq = 0L;
        Note(new SessionOpened(Id, Alice, new ModelId("m"), default));
        for (var n = 0; n < 120; n++)
        {
            var (question, answer) = (new MessageId($"q{n}"), new MessageId($"a{n}"));
            Note(
                new MessageSubmitted(
                    Id,
                    new CommandId($"c{n}"),
                    question,
                    answer,
                    Alice,
                    "Hello",
                    ImmutableSortedDictionary<string, string>.Empty,
                    default,
                    default
                )
            );
            Note(new AnswerFinished(Id, null, answer, 0, "Hi", FinishReason.Stop, default, null, null, default));
        }

        var messages = new List<long>();
        while (feed.Next() is { } update)
        {
            Assert.InRange(update.Messages.Length, 1, IndexFeed.MaxUpdateMessages);
            Assert.Equal(update.Messages[^1].Seq, update.Seq);
            messages.AddRange(update.Messages.Select(m => m.Seq));
            Assert.Null(feed.Next());
            Assert.True(feed.Acknowledge(update.Seq));
        }

        Assert.Equal(Enumerable.Range(2, 240).Select(n => (long)n), messages);
        Assert.True(feed.IsEmpty);

        void Note(ISessionEvent @event)
        {
            var before = state;
            state = state.Apply(@event, ++seq);
            feed.Note(before, @event, state, seq);
        }
    }

    private IActorRef Start() => _shard.ChildActorOf(Session(With(_models, _index, Options)));

    private void Pass(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);

    private void Acknowledge(IActorRef session, long seq) => session.Tell(new UpdateWritten(Id, seq), _index);

    private void Say(IActorRef session, string id, string content)
    {
        session.Tell(SessionKit.Say(id, content), TestActor);
        ExpectMsg<CommandAccepted>();
    }

    private void Answer(string text)
    {
        var start = _models.FishForMessage<StartAnswer>(_ => true);
        _models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, text));
        _models.ExpectMsg<PieceTaken>();
        _models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
    }
}
