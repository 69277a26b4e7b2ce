using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The end and the erasure of a session, between probes for its models, its viewers, the index and the store.</summary>
public sealed class SessionErasureTests() : TestKit($"akka.loglevel = OFF\n{Store}")
{
    private static readonly EraseSession Erase = new(Id, new CommandId("x"), Alice, false);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly Purge _purge = new();
    private readonly MemoryFiles _files = new();
    private TestProbe _models = null!;
    private TestProbe _index = null!;

    [Fact]
    public void End_stops_the_running_answer_and_keeps_what_was_shown()
    {
        var session = Start();
        var viewer = Attach(session);
        session.Tell(Say("c1", "?"), viewer);
        var start = _models.ExpectMsg<StartAnswer>();
        _models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, "So far"));
        _models.ExpectMsg<PieceTaken>();

        session.Tell(new EndSession(Id, new CommandId("e"), Alice), TestActor);

        _models.ExpectMsg<CancelAnswer>(m => m.AnswerId == start.AnswerId);
        Assert.False(ExpectMsg<CommandAccepted>().Repeated);
        var done = viewer.FishForMessage<DeliverFrame>(m => IsDone(m));
        Assert.Contains("\"stopped\"", System.Text.Encoding.UTF8.GetString(done.Utf8.Span));
        session.Tell(new EndSession(Id, new CommandId("another"), Alice), TestActor);
        Assert.True(ExpectMsg<CommandAccepted>().Repeated);
    }

    [Fact]
    public void Idle_session_ends_by_its_own_journal_and_its_watchers_do_not_keep_it()
    {
        var session = Start();
        var viewer = Attach(session);
        session.Tell(Say("c1", "?"), viewer);
        var start = _models.ExpectMsg<StartAnswer>();
        _clock.Advance(TimeSpan.FromHours(1));
        session.Tell(new EndIfIdle(Id));
        Assert.False(Ownership(session).Ended); // an answer is running

        _models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
        viewer.FishForMessage<DeliverFrame>(m => IsDone(m));
        session.Tell(new EndIfIdle(Id));
        Assert.False(Ownership(session).Ended);

        _clock.Advance(new ChatSessionOptions().Ttl);
        session.Tell(new EndIfIdle(Id));
        Assert.True(Ownership(session).Ended);
        session.Tell(Say("c2", "?"), viewer);
        Assert.Equal(Refusal.Ended, viewer.FishForMessage<CommandRefused>(_ => true).Reason);
    }

    [Fact]
    public void Owner_who_comes_back_in_time_reopens_the_session_and_nobody_else_does()
    {
        var session = Ended();
        session.Tell(new ReopenSession(Id, new UserId("eve")), TestActor);
        Assert.False(ExpectMsg<Ownership>().Owned);
        Assert.True(Ownership(session).Ended);

        session.Tell(new ReopenSession(Id, Alice), TestActor);
        Assert.Equal((true, false), ExpectMsg<Ownership>() is var reply ? (reply.Owned, reply.Ended) : default);
        session.Tell(Say("c2", "?"), TestActor);
        FishForMessage<CommandAccepted>(_ => true);
    }

    [Fact]
    public void Owner_who_comes_back_late_finds_the_session_ended_and_may_look()
    {
        var session = Ended();
        _clock.Advance(new ChatSessionOptions().ReconnectTimeout + TimeSpan.FromSeconds(1));

        session.Tell(new ReopenSession(Id, Alice), TestActor);

        Assert.True(ExpectMsg<Ownership>().Ended);
        Attach(session);
    }

    [Fact]
    public void Erasure_is_confirmed_when_index_journal_and_store_have_let_go()
    {
        var session = Start();
        var viewer = Attach(session);
        session.Tell(Say("c1", "?"), viewer);
        var start = _models.ExpectMsg<StartAnswer>();

        session.Tell(Erase, TestActor);

        _models.ExpectMsg<CancelAnswer>(m => m.AnswerId == start.AnswerId);
        viewer.FishForMessage<ViewerDismissed>(_ => true);
        _index.FishForMessage<IndexProtocol.RemoveSession>(_ => true);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        _index.Reply(new IndexProtocol.SessionRemoved(Id));
        AwaitCondition(() => _purge.Asked.Task.IsCompleted);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        _purge.Done.SetResult();
        ExpectMsg<CommandAccepted>(m => !m.Repeated);
        Assert.Equal([typeof(SessionErased)], this.Journaled().Select(e => e.GetType()));

        session.Tell(Erase, TestActor);
        ExpectMsg<CommandAccepted>(m => m.Repeated);
    }

    [Fact]
    public void Erased_id_never_becomes_a_session_again()
    {
        var session = Erased();
        foreach (var life in new[] { 1, 2 })
        {
            session.Tell(Say($"late {life}", "?"), TestActor);
            Assert.Equal(Refusal.Ended, ExpectMsg<CommandRefused>().Reason);
            session.Tell(Say($"foreign {life}", "?") with { UserId = new UserId("eve") }, TestActor);
            Assert.Equal(Refusal.Ended, ExpectMsg<CommandRefused>().Reason);
            session.Tell(new AttachViewer(Id, Alice, life, 0, null, null), TestActor);
            ExpectMsg<ViewerDismissed>();
            session.Tell(new ReopenSession(Id, Alice), TestActor);
            Assert.Equal((false, true), ExpectMsg<Ownership>() is var reply ? (reply.Owned, reply.Ended) : default);
            session.Tell(Erase with { CommandId = new CommandId("again") }, TestActor);
            Assert.Equal(Refusal.NotFound, ExpectMsg<CommandRefused>().Reason);
            this.Crash(session);
            session = Start(_models, _index);
        }

        Assert.Equal([typeof(SessionErased)], this.Journaled().Select(e => e.GetType()));
    }

    [Fact]
    public void Erasure_that_a_crash_has_interrupted_is_finished_by_the_next_life()
    {
        var session = Start();
        session.Tell(Say("c1", "?"), TestActor);
        ExpectMsg<CommandAccepted>();
        session.Tell(Erase, TestActor);
        _index.FishForMessage<IndexProtocol.RemoveSession>(_ => true);
        this.Crash(session);
        Assert.Contains(typeof(MessageSubmitted), this.Journaled().Select(e => e.GetType()));

        session = Start(_models, _index);
        _purge.Done.SetResult();
        _index.FishForMessage<IndexProtocol.RemoveSession>(_ => true);
        _index.Reply(new IndexProtocol.SessionRemoved(Id));
        session.Tell(Erase, TestActor);
        ExpectMsg<CommandAccepted>();

        Assert.Equal([typeof(SessionErased)], this.Journaled().Select(e => e.GetType()));
    }

    [Fact]
    public void Files_go_after_the_index_and_before_the_journal_and_a_store_that_is_down_holds_the_erasure_up()
    {
        var session = Start();
        session.Tell(Say("c1", "?"), TestActor);
        ExpectMsg<CommandAccepted>();
        _files.Fails = true;
        _purge.Done.SetResult();
        session.Tell(Erase, TestActor);
        _index.FishForMessage<IndexProtocol.RemoveSession>(_ => true);
        Assert.Empty(_files.Released);
        _index.Reply(new IndexProtocol.SessionRemoved(Id));
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Contains(typeof(MessageSubmitted), this.Journaled().Select(e => e.GetType()));

        _files.Fails = false;
        _index.Reply(new IndexProtocol.SessionRemoved(Id)); // the repetition that the erasure asks for
        ExpectMsg<CommandAccepted>();
        Assert.Equal([Id], _files.Released);
        Assert.Equal([typeof(SessionErased)], this.Journaled().Select(e => e.GetType()));
    }

    private IActorRef Erased()
    {
        var session = Start();
        session.Tell(Say("c1", "?"), TestActor);
        ExpectMsg<CommandAccepted>();
        session.Tell(Erase, TestActor);
        _index.FishForMessage<IndexProtocol.RemoveSession>(_ => true);
        _index.Reply(new IndexProtocol.SessionRemoved(Id));
        _purge.Done.SetResult();
        ExpectMsg<CommandAccepted>();
        return session;
    }

    private IActorRef Ended()
    {
        var session = Start();
        session.Tell(Say("c1", "?"), TestActor);
        ExpectMsg<CommandAccepted>();
        session.Tell(new EndSession(Id, new CommandId("e"), Alice), TestActor);
        ExpectMsg<CommandAccepted>();
        return session;
    }

    private IActorRef Start() => Start(_models = CreateTestProbe(), _index = CreateTestProbe());

    private IActorRef Start(TestProbe models, TestProbe index) =>
        Sys.ActorOf(Session(With(models, index) with { Clock = _clock, Purge = _purge, Files = _files }));

    private TestProbe Attach(IActorRef session)
    {
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        return viewer;
    }

    private Ownership Ownership(IActorRef session)
    {
        session.Tell(new GetOwnership(Id, Alice), TestActor);
        return ExpectMsg<Ownership>();
    }

    private static bool IsDone(DeliverFrame frame) =>
        !frame.Utf8.IsEmpty
        && JsonDocument.Parse(frame.Utf8).RootElement.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("done", out var done)
        && done.GetString() == "true";

    private sealed class Purge : IStorePurge
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Done { get; } = new();

        Task IStorePurge.Purge(CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return Done.Task;
        }
    }
}
