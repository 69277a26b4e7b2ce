namespace Chatbox.Tests.Harness;

/// <summary>
/// Pauses between two polls over HTTP, from 20 ms to 250 ms. The first polls are fast, and a minute of polling stays below the limit of
/// requests from one address (600 a minute), which would otherwise refuse every further poll.
/// </summary>
internal sealed class GrowingPause : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(20));

    public async Task Next()
    {
        await _timer.WaitForNextTickAsync();
        _timer.Period = TimeSpan.FromTicks(Math.Min(2 * _timer.Period.Ticks, Longest.Ticks));
    }

    public void Dispose() => _timer.Dispose();
}
