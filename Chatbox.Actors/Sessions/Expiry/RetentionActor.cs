using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Expiry;

/// <summary>
/// Erases ended sessions that nobody has used for the retention time: the oldest first, one after the other, each after a record in the audit
/// trail. The index only proposes; each session decides by its own journal. Runs on every node, but works only on the one that leads the
/// cluster. Two that work at once, during a partition, do no harm: a session is erased once.
/// </summary>
public sealed class RetentionActor : ReceiveActor, IWithTimers
{
    /// <summary>Most sessions in one step.</summary>
    public const int PageSize = 50;

    /// <summary>Pause between two steps while there is more to erase, so that the store can do its other work.</summary>
    public static readonly TimeSpan NextPageAfter = TimeSpan.FromSeconds(5);

    /// <summary>The identity of the service itself in the audit trail.</summary>
    public static readonly UserId System = new("system");

    /// <summary>Wait for one session: it wakes up, and erases its rows in all tables.</summary>
    private static readonly TimeSpan ErasureTimeout = TimeSpan.FromSeconds(30);

    private sealed record Look : INoSerializationVerificationNeeded;

    private sealed record StepDone(string? Next) : INoSerializationVerificationNeeded;

    private readonly ISessionIndex _index;
    private readonly IActorRef _sessions;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeSpan _retention;
    private readonly TimeSpan _interval;
    private string? _cursor;

    /// <param name="sessions">The session region.</param>
    /// <param name="leads">Whether this node leads the cluster.</param>
    public RetentionActor(
        ISessionIndex index,
        IActorRef sessions,
        ChatSessionOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock,
        Func<bool> leads
    )
    {
        (_index, _sessions, _metrics, _clock) = (index, sessions, metrics, clock);
        (_retention, _interval) = (options.Retention!.Value, options.CleanupInterval);
        Receive<Look>(_ =>
        {
            if (leads())
                EraseOldest(_cursor).PipeTo(Self);
            else
                LookAfter(_interval);
        });
        Receive<StepDone>(step =>
        {
            _cursor = step.Next;
            LookAfter(_cursor is null || NextPageAfter > _interval ? _interval : NextPageAfter);
        });
        Receive<Status.Failure>(failed =>
        {
            _cursor = null;
            _log.Warning(failed.Cause, "Unused sessions could not be erased; the search is repeated after {Interval}", _interval);
            LookAfter(_interval);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => LookAfter(_interval);

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task<StepDone> EraseOldest(string? cursor)
    {
        var since = _clock.GetUtcNow() - _retention;
        var query = new SessionQuery(Active: false, OrderBy: SessionOrder.LastActivity, Descending: false, Limit: PageSize, Cursor: cursor);
        var page = await _index.List(query, _stopped.Token);
        var unused = page.Sessions.TakeWhile(session => session.LastActivity < since).ToList();
        foreach (var session in unused)
            await Erase(session, since);

        // A session that is kept stays in the list; the next step starts after it.
        return new StepDone(unused.Count == page.Sessions.Count ? page.Next : null);
    }

    private async Task Erase(SessionSummary session, DateTimeOffset since)
    {
        await Audit(session, "retention");
        var command = new EraseUnused(session.SessionId, CommandOf(session.SessionId), session.UserId, since);
        switch (await _sessions.Ask<object>(command, ErasureTimeout, _stopped.Token))
        {
            case CommandAccepted { Repeated: false }:
                _metrics.SessionExpired();
                break;
            case CommandRefused refused:
                await Audit(session, $"retention: kept, {refused.Reason}");
                break;
        }
    }

    private Task Audit(SessionSummary session, string detail) =>
        _index.Audit(
            new AuditRecord(_clock.GetUtcNow(), System, AuditKind.SessionErase, session.SessionId, session.UserId, detail)
            {
                ActorKind = AuditActorKind.System,
            },
            _stopped.Token
        );

    /// <summary>The same id at every try, so that a repetition is recognised. Longer than every client's id.</summary>
    private static CommandId CommandOf(SessionId session) => new($"retention:{session}:{session}");

    private void LookAfter(TimeSpan wait) => Timers.StartSingleTimer(nameof(Look), new Look(), wait);
}
