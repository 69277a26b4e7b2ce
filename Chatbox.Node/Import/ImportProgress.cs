namespace Chatbox.Node.Import;

/// <summary>Reports the progress of an import: on a terminal in one line that changes, elsewhere in new lines.</summary>
internal sealed class ImportProgress : IAsyncDisposable
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _telling;

    public ImportProgress(ImportTally tally, OldSessionSource source, TextWriter error, bool isTerminal, TimeProvider clock) =>
        _telling = Tell(tally, source, error, isTerminal, clock);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _telling;
        _stop.Dispose();
    }

    private async Task Tell(ImportTally tally, OldSessionSource source, TextWriter error, bool isTerminal, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(isTerminal ? OnTerminal : Elsewhere, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var share = source.Done is { } done ? $" ({done:P0})" : "";
                await error.WriteAsync(isTerminal ? $"\r{tally}{share} " : $"{tally}{share} …\n");
            }
        }
        catch (OperationCanceledException)
        {
            if (isTerminal)
                await error.WriteLineAsync($"\r{tally}        ");
        }
    }
}
