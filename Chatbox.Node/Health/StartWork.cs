namespace Chatbox.Node.Health;

/// <summary>What a node does at its start beside serving. Readiness waits for the end, so that whoever asks hears of it at once.</summary>
public sealed class StartWork
{
    private volatile Task _work = Task.CompletedTask;

    /// <summary>The work has begun. It never fails.</summary>
    public void Begin(Task work) => _work = work;

    /// <summary>Waits for the end of the work, but no longer than <paramref name="longest"/>.</summary>
    public async Task End(TimeSpan longest, TimeProvider clock) =>
        await _work.WaitAsync(longest, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
