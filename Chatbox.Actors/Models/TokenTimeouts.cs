using System.Runtime.CompilerServices;

namespace Chatbox.Actors.Models;

/// <summary>Deadlines on a provider's stream.</summary>
internal static class TokenTimeouts
{
    /// <summary>Times the provider alone: a slow reader never trips it.</summary>
    /// <exception cref="TimeoutException">No element within <paramref name="first"/>, or later within <paramref name="gap"/>.</exception>
    public static async IAsyncEnumerable<T> WithTokenTimeouts<T>(
        this IAsyncEnumerable<T> source,
        TimeSpan first,
        TimeSpan gap,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken stop = default
    )
    {
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var registration = stop.Register(deadline.Cancel);
        await using var elements = source.GetAsyncEnumerator(deadline.Token);
        for (var wait = first; ; wait = gap)
        {
            deadline.CancelAfter(wait);
            try
            {
                if (!await elements.MoveNextAsync().ConfigureAwait(false))
                    yield break;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested && deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Nothing came within {wait}.");
            }

            deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return elements.Current;
        }
    }
}
