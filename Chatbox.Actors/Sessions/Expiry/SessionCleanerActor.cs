using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Index;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Expiry;

/// <summary>
/// Finds sessions that have rested for their time to live and tells them so; each decides by its own journal. One on every node: who
/// is told twice ends once.
/// </summary>
public sealed class SessionCleanerActor : ReceiveActor, IWithTimers
{
    /// <summary>Sessions told at once: each of them wakes for it.</summary>
    public const int PageSize = 500;

    /// <summary>Pause after a full page, in which its sessions wake and most of them end.</summary>
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

            // Sessions that decline to end stay in the list: the next page begins after them, or enough of them would hide all others.
            var isLast = resting.Sessions.Count < PageSize;
            _after = isLast ? null : resting.Sessions[^1];
            LookAfter(isLast || NextPageAfter > options.CleanupInterval ? options.CleanupInterval : NextPageAfter);
        });
        Receive<Status.Failure>(failed =>
        {
            _log.Warning(failed.Cause, "The index does not say which sessions are idle; it is asked again later");
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
