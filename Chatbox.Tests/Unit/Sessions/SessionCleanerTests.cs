using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Expiry;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The search for idle sessions, with a scripted index and a clock that the test moves.</summary>
public sealed class SessionCleanerTests()
    : TestKit(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    )
{
    private static readonly ChatSessionOptions Options = new();

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly FakeIndex _index = new();

    [Fact]
    public void Sessions_without_activity_for_their_time_to_live_are_told_at_every_interval()
    {
        var sessions = Start();
        _index.Idle = [new SessionId("one"), new SessionId("two")];
        Pass(Options.CleanupInterval - TimeSpan.FromSeconds(1));
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Pass(TimeSpan.FromSeconds(1));
        sessions.ExpectMsg(new EndIfIdle(new SessionId("one")));
        sessions.ExpectMsg(new EndIfIdle(new SessionId("two")));
        Assert.Equal(_clock.GetUtcNow() - Options.Ttl, _index.Moment);

        _index.Idle = [new SessionId("three")];
        PassUntil(sessions, new EndIfIdle(new SessionId("three")), Options.CleanupInterval);
    }

    [Fact]
    public void Full_page_is_followed_by_the_next_one_soon_though_none_of_its_sessions_ends()
    {
        var sessions = Start();
        var idle = Enumerable.Range(0, (2 * SessionCleanerActor.PageSize) + 1).Select(n => new SessionId($"{n}")).ToList();
        _index.Idle = idle;
        Pass(Options.CleanupInterval);
        sessions.ReceiveN(SessionCleanerActor.PageSize);
        PassUntil(sessions, new EndIfIdle(idle[SessionCleanerActor.PageSize]), SessionCleanerActor.NextPageAfter);
        sessions.ReceiveN(SessionCleanerActor.PageSize - 1);
        PassUntil(sessions, new EndIfIdle(idle[^1]), SessionCleanerActor.NextPageAfter);

        // The last page was not full: the search starts from the beginning.
        PassUntil(sessions, new EndIfIdle(idle[0]), Options.CleanupInterval);
    }

    [Fact]
    public void Index_that_is_down_is_asked_again_at_the_next_interval()
    {
        var sessions = Start();
        _index.IsDown = true;
        Pass(Options.CleanupInterval);
        AwaitCondition(() => _index.Asked == 1);

        (_index.IsDown, _index.Idle) = (false, [new SessionId("one")]);
        PassUntil(sessions, new EndIfIdle(new SessionId("one")), Options.CleanupInterval);
    }

    private TestProbe Start()
    {
        var sessions = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new SessionCleanerActor(_index, sessions, Options, _clock)));
        // The actor sets its timer before it handles any message.
        var cleaner = Sys.ActorSelection("/user/*");
        cleaner.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();
        return sessions;
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    /// <summary>Advances the clock, step by step, until the actor has set its next timer and the timer has fired.</summary>
    private void PassUntil(TestProbe sessions, object expected, TimeSpan step) =>
        AwaitCondition(() =>
        {
            Pass(step);
            return expected.Equals(sessions.ReceiveOne(TimeSpan.FromMilliseconds(100)));
        });

    private sealed class FakeIndex : ISessionIndex
    {
        public IReadOnlyList<SessionId> Idle { get; set; } = [];

        public bool IsDown { get; set; }

        public int Asked { get; private set; }

        public DateTimeOffset Moment { get; private set; }

        public Task<IReadOnlyList<IdleSession>> IdleSince(
            DateTimeOffset moment,
            IdleSession? after,
            int limit,
            CancellationToken cancellationToken
        )
        {
            (Moment, Asked) = (moment, Asked + 1);
            if (IsDown)
                return Task.FromException<IReadOnlyList<IdleSession>>(new IndexUnavailableException("down", new TimeoutException()));
            var rest = Idle.SkipWhile(session => after is not null && session != after.SessionId).Skip(after is null ? 0 : 1);
            return Task.FromResult<IReadOnlyList<IdleSession>>([.. rest.Take(limit).Select(id => new IdleSession(id, moment))]);
        }

        public Task Migrate(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<IndexedMessage>> History(
            SessionId session,
            long? beforeSeq,
            int limit,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task RevokeShare(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task Erase(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IndexMetrics> Metrics(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<AuditHead> Audit(AuditRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
