using Akka.Actor;
using Akka.Event;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Files.Cleaning;

/// <summary>
/// Removes files that nobody needs, at a fixed interval, and compares the whole store with its records once a day. Asks a session itself
/// before files are removed because it seems never to have come to be: the index may be late. Runs on every node, but works only on the one
/// that leads the cluster. Two that work at once, during a partition, do no harm.
/// </summary>
public sealed class FileCleanerActor : ReceiveActor, IWithTimers
{
    /// <summary>Time between two comparisons of the whole store.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromDays(1);

    /// <summary>Pause between two steps while there is more to remove, so that the stores can do their other work.</summary>
    public static readonly TimeSpan NextStepAfter = TimeSpan.FromSeconds(1);

    /// <summary>Wait for one session, which wakes up. Without a reply it is asked at the next interval.</summary>
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(10);

    private sealed record Look : INoSerializationVerificationNeeded;

    /// <param name="Left">Files and objects that could not be removed.</param>
    /// <param name="Swept">Objects that a comparison has removed; 0 if there was none.</param>
    private sealed record StepDone(bool More, int Left, int Swept = 0) : INoSerializationVerificationNeeded;

    private readonly IFileCleaning _cleaning;
    private readonly IActorRef _sessions;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeSpan _interval;
    private DateTimeOffset _sweptAt;

    /// <param name="sessions">The session region.</param>
    /// <param name="leads">Whether this node leads the cluster.</param>
    public FileCleanerActor(IFileCleaning cleaning, IActorRef sessions, TimeSpan interval, TimeProvider clock, Func<bool> leads)
    {
        (_cleaning, _sessions, _interval, _clock) = (cleaning, sessions, interval, clock);
        // The first comparison comes an hour after the start.
        _sweptAt = clock.GetUtcNow() - SweepInterval + TimeSpan.FromHours(1);
        Receive<Look>(_ =>
        {
            if (leads())
                Clean().PipeTo(Self);
            else
                LookAfter(_interval);
        });
        Receive<StepDone>(done =>
        {
            if (done.Swept > 0)
                _log.Warning("The file store held {Count} files or objects that nobody needs; they are removed", done.Swept);
            if (done.Left > 0)
                _log.Warning(
                    "{Count} files or objects could not be deleted, although the file store works; they are tried again",
                    done.Left
                );
            LookAfter(done.More ? NextStepAfter : _interval);
        });
        Receive<Status.Failure>(failed =>
        {
            _log.Warning(failed.Cause, "Files that nobody needs could not be removed; it is tried again after {Interval}", _interval);
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

    private async Task<StepDone> Clean()
    {
        var step = await _cleaning.RemoveUnused(_stopped.Token);
        if (step.More)
            return new StepDone(More: true, step.Left);
        var left = step.Left;
        foreach (var (session, owner) in await _cleaning.FindDoubtful(_stopped.Token))
            if (await Exists(session, owner) is { } exists)
                left += await _cleaning.Settle(session, exists, _stopped.Token);
        if (_clock.GetUtcNow() - _sweptAt < SweepInterval)
            return new StepDone(More: false, left);
        _sweptAt = _clock.GetUtcNow();
        var swept = await _cleaning.Sweep(_stopped.Token);
        return new StepDone(More: false, left + swept.Left, swept.Removed);
    }

    /// <summary>Whether the session belongs to anybody; null if it does not reply.</summary>
    private async Task<bool?> Exists(SessionId session, UserId owner)
    {
        try
        {
            var reply = await _sessions.Ask<object>(new GetOwnership(session, owner), SessionTimeout, _stopped.Token);
            return reply is Ownership known ? known.Owned || known.IsForeign : null;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private void LookAfter(TimeSpan wait) => Timers.StartSingleTimer(nameof(Look), new Look(), wait);
}
