namespace Chatbox.Node.Files.Uploads;

/// <summary>
/// Spreads what all uploads of this node send over time, because files can wait and answers cannot: each byte costs processor time and disk
/// writes, which answers need too. A client whose bytes are not taken sends no more. Thread-safe.
/// </summary>
internal sealed class UploadPace(UploadOptions options, TimeProvider clock)
{
    /// <summary>Bytes of this time are taken without a wait: timers are no more exact, and each one costs something.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _end;

    /// <summary>Completes when more may be read, after bytes have arrived.</summary>
    public Task Wait(int bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = clock.GetElapsedTime(_started);
            // Time in which nothing came is not saved up.
            _end = (_end > now - Slack ? _end : now - Slack) + TimeSpan.FromSeconds((double)bytes / options.Rate);
            wait = _end - now;
        }

        return wait <= Slack ? Task.CompletedTask : Task.Delay(wait, clock, cancellationToken);
    }
}
