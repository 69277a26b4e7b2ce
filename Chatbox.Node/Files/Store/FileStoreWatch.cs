using Chatbox.Actors.Files;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Checks again and again whether files can be stored and read, apart from the requests that ask for the result: a store that hangs delays
/// none of them, and each check costs a few calls of the store.
/// </summary>
internal sealed partial class FileStoreWatch(IFileStore store, FileStoreMetrics metrics, TimeProvider clock, ILogger<FileStoreWatch> log)
    : BackgroundService
{
    /// <summary>Longest time of a check.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan IntervalWhileFailing = TimeSpan.FromSeconds(5);

    /// <summary>Time between two removals of what writes left behind that never ended.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    /// <summary>Far longer than any write takes.</summary>
    private static readonly TimeSpan UnfinishedAge = TimeSpan.FromDays(1);

    private volatile FileStoreState _state = FileStoreState.Unknown;
    private bool _hasWorked;
    private long? _swept;

    /// <summary>The result of the last check.</summary>
    public FileStoreState State => _state;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Check(stoppingToken);
                if (_state == FileStoreState.Works && (_swept is not { } last || clock.GetElapsedTime(last) >= SweepInterval))
                    await Sweep(stoppingToken);
                await Task.Delay(_state == FileStoreState.Works ? Interval : IntervalWhileFailing, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task Check(CancellationToken cancellationToken)
    {
        var before = _state;
        var failure = await FailureOf(cancellationToken);
        _hasWorked |= failure is null;
        _state =
            failure is null ? FileStoreState.Works
            : failure is FileStoreUnavailableException { IsRefusal: true } && !_hasWorked ? FileStoreState.Refuses
            : FileStoreState.Fails;
        metrics.Works(failure is null);
        if (_state == before)
            return;
        if (failure is null)
            LogWorks();
        else
            LogFails(failure is FileStoreUnavailableException ? null : failure, failure.Message);
    }

    private async Task Sweep(CancellationToken cancellationToken)
    {
        _swept = clock.GetTimestamp();
        try
        {
            await store.RemoveUnfinished(UnfinishedAge, cancellationToken);
        }
        catch (FileStoreUnavailableException e)
        {
            LogSweepFails(e.Message);
        }
    }

    private async Task<Exception?> FailureOf(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await store.Check(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new FileStoreUnavailableException($"The store of files did not respond within {Deadline.TotalSeconds:0} s.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested) // whatever is wrong, the node is told, and goes on
        {
            return e;
        }
    }

    [LoggerMessage(250, LogLevel.Information, "Files can be stored and read")]
    private partial void LogWorks();

    [LoggerMessage(251, LogLevel.Warning, "Files cannot be stored and read: {Reason}")]
    private partial void LogFails(Exception? failure, string reason);

    [LoggerMessage(252, LogLevel.Warning, "What unfinished writes of files left behind was not removed: {Reason}")]
    private partial void LogSweepFails(string reason);
}

/// <summary>What is known of the store of files.</summary>
internal enum FileStoreState
{
    /// <summary>No check has ended yet.</summary>
    Unknown,

    Works,

    /// <summary>It does not respond, or it refuses although it has worked since the node started. Conversations go on without it.</summary>
    Fails,

    /// <summary>It has refused the node since the start: the credentials or the settings are wrong.</summary>
    Refuses,
}
