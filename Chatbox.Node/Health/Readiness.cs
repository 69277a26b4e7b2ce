namespace Chatbox.Node.Health;

/// <summary>
/// Runs the probes, each with the timeout <see cref="Deadline"/>. Concurrent callers share a run, so that many callers or a hanging store
/// never accumulate probes.
/// </summary>
internal sealed partial class Readiness(IEnumerable<IReadinessProbe> probes, StartWork start, TimeProvider clock, ILogger<Readiness> log)
{
    /// <summary>Timeout of a probe.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly Watched[] _probes = [.. probes.Select(probe => new Watched(probe))];

    /// <summary>The results of all probes by name, at most <see cref="Deadline"/> after the call. During a start, they come after its work.</summary>
    public async Task<IReadOnlyDictionary<string, CheckResult>> Check()
    {
        var checks = Task.WhenAll(_probes.Select(Check));
        await start.End(Deadline, clock);
        var results = await checks;
        return _probes
            .Select((watched, i) => (watched.Probe.Name, Result: results[i]))
            .ToDictionary(check => check.Name, check => check.Result);
    }

    /// <summary>Whether every probe passes.</summary>
    public async Task<bool> AllReady() => (await Check()).Values.All(check => check.IsReady);

    /// <summary>The result of one probe, at most <see cref="Deadline"/> after the call.</summary>
    public Task<CheckResult> Check(string name) => Check(_probes.Single(watched => watched.Probe.Name == name));

    private async Task<CheckResult> Check(Watched watched)
    {
        CheckResult result;
        try
        {
            result = await watched.Run(clock).WaitAsync(Deadline, clock);
        }
        catch (TimeoutException)
        {
            result = CheckResult.Failed("no answer in time");
        }

        if (watched.Changed(result.IsReady))
        {
            if (result.IsReady)
                LogReady(watched.Probe.Name);
            else
                LogNotReady(watched.Failure, watched.Probe.Name, result.Reason);
        }

        return result;
    }

    [LoggerMessage(110, LogLevel.Information, "Check {Check} is ready")]
    private partial void LogReady(string check);

    [LoggerMessage(111, LogLevel.Warning, "Check {Check} is not ready: {Reason}")]
    private partial void LogNotReady(Exception? failure, string check, string? reason);

    /// <summary>A probe with its current run and the state that was logged last.</summary>
    private sealed class Watched(IReadinessProbe probe)
    {
        private readonly Lock _gate = new();
        private Task<CheckResult>? _running;
        private bool? _wasReady;

        public IReadinessProbe Probe => probe;

        /// <summary>The exception of the last run.</summary>
        public Exception? Failure { get; private set; }

        public Task<CheckResult> Run(TimeProvider clock)
        {
            lock (_gate)
            {
                if (_running is null or { IsCompleted: true })
                    // On the thread pool: SQLite and file calls block, and a hanging disk must block neither the caller nor this lock.
                    _running = Task.Run(() => RunOnce(clock));
                return _running;
            }
        }

        public bool Changed(bool ready)
        {
            lock (_gate)
            {
                var changed = _wasReady != ready;
                _wasReady = ready;
                return changed;
            }
        }

        private async Task<CheckResult> RunOnce(TimeProvider clock)
        {
            using var deadline = new CancellationTokenSource(Deadline, clock);
            try
            {
                var result = await probe.Check(deadline.Token);
                Failure = null;
                return result;
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                return CheckResult.Failed("no answer in time");
            }
            catch (Exception failure)
            {
                // The caller logs changes of the state only: an outage of an hour is one warning, not thousands.
                Failure = failure;
                return CheckResult.Failed("failed");
            }
        }
    }
}
