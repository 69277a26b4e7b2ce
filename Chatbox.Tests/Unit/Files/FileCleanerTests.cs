using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Cleaning;
using Chatbox.Messages;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Files;

/// <summary>The cleaner of files, with a scripted cleaning, a probe for the sessions and a clock that the test moves.</summary>
public sealed class FileCleanerTests()
    : TestKit(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    )
{
    /// <summary>A deadline, and no promise of speed: a dozen steps take seconds on a busy machine.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly UserId Alice = new("alice");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly ScriptedCleaning _cleaning = new();
    private bool _leads = true;

    [Fact]
    public void Unused_files_are_removed_at_every_interval_and_at_once_while_there_are_more()
    {
        _cleaning.Steps = 3;
        Start();
        Pass(Interval);
        PassUntil(() => _cleaning.Removed == 3, FileCleanerActor.NextStepAfter);
        PassUntil(() => _cleaning.Removed == 4, Interval);
    }

    [Fact]
    public void Only_the_node_that_leads_works()
    {
        _leads = false;
        Start();
        Pass(Interval);
        Pass(Interval);
        Assert.Equal(0, _cleaning.Removed);

        _leads = true;
        PassUntil(() => _cleaning.Removed > 0, Interval);
    }

    [Fact]
    public void Session_itself_says_whether_it_exists_and_one_that_says_nothing_is_left_alone()
    {
        var (known, foreign, never) = (SessionId.New(), SessionId.New(), SessionId.New());
        _cleaning.Doubtful = [known, foreign, never];
        var sessions = Start();
        PassUntil(() => sessions.HasMessages, Interval);

        foreach (var id in new[] { known, foreign, never })
        {
            sessions.ExpectMsg(new GetOwnership(id, Alice));
            sessions.Reply(new Ownership(id, Owned: id == known) { IsForeign = id == foreign });
        }

        AwaitCondition(() => _cleaning.Settled.Count == 3);
        Assert.Equal([(known, true), (foreign, true), (never, false)], _cleaning.Settled);
    }

    [Fact]
    public void Whole_store_is_compared_an_hour_after_the_start_and_then_once_a_day()
    {
        Start();
        Pass(TimeSpan.FromMinutes(30));
        AwaitCondition(() => _cleaning.Removed > 0);
        Assert.Equal(0, _cleaning.Swept);

        PassUntil(() => _cleaning.Swept == 1, TimeSpan.FromMinutes(30));
        PassUntil(() => _cleaning.Removed > 10, Interval);
        Assert.Equal(1, _cleaning.Swept);
        PassUntil(() => _cleaning.Swept == 2, TimeSpan.FromHours(12));
    }

    [Fact]
    public void Store_that_is_down_is_tried_again_at_the_next_interval()
    {
        _cleaning.IsDown = true;
        Start();
        PassUntil(() => _cleaning.Removed == 1, Interval);

        _cleaning.IsDown = false;
        PassUntil(() => _cleaning.Removed == 2, Interval);
    }

    private TestProbe Start()
    {
        var sessions = CreateTestProbe();
        Func<bool> leads = () => _leads;
        var cleaner = Sys.ActorOf(Props.Create(() => new FileCleanerActor(_cleaning, sessions, Interval, _clock, leads)));
        // The actor sets its timer before it handles any message.
        cleaner.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();
        return sessions;
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    /// <summary>Advances the clock, step by step, until something has happened.</summary>
    private void PassUntil(Func<bool> happened, TimeSpan step) =>
        AwaitCondition(
            () =>
            {
                if (happened())
                    return true;
                Pass(step);
                return false;
            },
            max: Deadline
        );

    private sealed class ScriptedCleaning : IFileCleaning
    {
        private int _removed;

        /// <summary>Steps until nothing is left.</summary>
        public int Steps { get; set; } = 1;

        public bool IsDown { get; set; }

        public IReadOnlyList<SessionId> Doubtful { get; set; } = [];

        public ConcurrentQueue<(SessionId, bool)> Settled { get; } = new();

        public int Removed => Volatile.Read(ref _removed);

        public int Swept { get; private set; }

        public Task<CleaningStep> RemoveUnused(CancellationToken cancellationToken)
        {
            var step = Interlocked.Increment(ref _removed);
            return IsDown
                ? Task.FromException<CleaningStep>(new FileStoreUnavailableException("down"))
                : Task.FromResult(new CleaningStep(0, step < Steps));
        }

        public Task<IReadOnlyList<(SessionId Session, UserId Owner)>> FindDoubtful(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<(SessionId, UserId)>>([.. Doubtful.Select(session => (session, Alice))]);

        public Task<int> Settle(SessionId session, bool exists, CancellationToken cancellationToken)
        {
            Settled.Enqueue((session, exists));
            return Task.FromResult(0);
        }

        public Task<SweepResult> Sweep(CancellationToken cancellationToken)
        {
            Swept++;
            return Task.FromResult(new SweepResult(0, 0));
        }
    }
}
