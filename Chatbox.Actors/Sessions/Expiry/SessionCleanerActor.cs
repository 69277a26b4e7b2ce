using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Settings;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Expiry;

/// <summary>
/// Asks the index for sessions that have been idle for the time to live, and tells them to end. Each session decides by its own journal, so
/// one cleaner on every node does no harm: a session that is told twice ends once.
/// </summary>
public sealed class SessionCleanerActor : ReceiveActor, IWithTimers
{
    /// <summary>Most sessions told at once. Each of them wakes up.</summary>
    public const int PageSize = 500;

    /// <summary>Pause after a full page, in which its sessions wake up and most of them end.</summary>
    public static readonly TimeSpan NextPageAfter = TimeSpan.FromSeconds(10);

    private sealed record Look : INoSerializationVerificationNeeded;

    private sealed record Resting(IReadOnlyList<IdleSession> Sessions) : INoSerializationVerificationNeeded;

    private readonly ISessionIndex _index;
    private readonly ChatSessionOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IdleSession? _after;

    /// <param name="sessions">The session region.</param>
    public SessionCleanerActor(ISessionIndex index, IActorRef sessions, ChatSessionOptions options, TimeProvider clock)
    {
        (_index, _options, _clock) = (index, options, clock);
        Receive<Look>(_ => Ask());
        Receive<Resting>(resting =>
        {
            foreach (var session in resting.Sessions)
                sessions.Tell(new EndIfIdle(session.SessionId));

            // A session that declines to end stays in the list. The next page starts after it, so that such sessions never hide the others.
            var isLast = resting.Sessions.Count < PageSize;
            _after = isLast ? null : resting.Sessions[^1];
            LookAfter(isLast || NextPageAfter > options.CleanupInterval ? options.CleanupInterval : NextPageAfter);
        });
        Receive<Status.Failure>(failed =>
        {
            _log.Warning(
                failed.Cause,
                "The index could not list idle sessions; the query is repeated after {Interval}",
                options.CleanupInterval
            );
            LookAfter(options.CleanupInterval);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => LookAfter(_options.CleanupInterval);

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private void Ask() =>
        _index
            .IdleSince(_clock.GetUtcNow() - _options.Ttl, _after, PageSize, _stopped.Token)
            .PipeTo(Self, success: sessions => new Resting(sessions));

    private void LookAfter(TimeSpan wait) => Timers.StartSingleTimer(nameof(Look), new Look(), wait);
}
