using System.Runtime.CompilerServices;

namespace Chatbox.Actors.Models;

/// <summary>Deadlines on a provider's stream.</summary>
internal static class TokenTimeouts
{
    /// <summary>
    /// Times the provider alone: a slow reader never trips it, and bytes that arrive without an element (keep-alives, half an event) start
    /// the running deadline anew.
    /// </summary>
    /// <param name="begins">The elements from which on <paramref name="gap"/> counts; until the first of them <paramref name="first"/> does. Null for any.</param>
    /// <param name="signs">Where the source reports bytes that have arrived; null if it reports none.</param>
    /// <exception cref="TimeoutException">Nothing within <paramref name="first"/>, or later within <paramref name="gap"/>.</exception>
    public static async IAsyncEnumerable<T> WithTokenTimeouts<T>(
        this IAsyncEnumerable<T> source,
        TimeSpan first,
        TimeSpan gap,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken stop = default,
        Func<T, bool>? begins = null,
        StreamSigns? signs = null
    )
    {
        // Never disposed of, and nothing is lost by it: the watch may fire while the stream comes to its end.
        var silence = new CancellationTokenSource();
        using var registration = stop.Register(silence.Cancel);
        using var watch = new Watch(clock, silence, first);
        signs?.OnHeard(watch.Restart);
        await using var elements = source.GetAsyncEnumerator(silence.Token);
        var wait = first;
        while (true)
        {
            watch.Begin(wait);
            try
            {
                if (!await elements.MoveNextAsync().ConfigureAwait(false))
                    yield break;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested && silence.IsCancellationRequested)
            {
                throw new TimeoutException($"Nothing came within {wait}.");
            }

            watch.End(); // the reader's pace is not the provider's fault
            if (begins is null || begins(elements.Current))
                wait = gap;
            yield return elements.Current;
        }
    }

    /// <summary>
    /// One deadline after the other on a single timer. Moving a timer takes a lock that every answer of the process shares, so it stays
    /// where it is from token to token; only when it fires is it found to have been early.
    /// </summary>
    private sealed class Watch : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly TimeProvider _clock;
        private readonly CancellationTokenSource _silence;
        private readonly ITimer _timer;
        private TimeSpan _wait;
        private long _since;
        private bool _waiting;

        public Watch(TimeProvider clock, CancellationTokenSource silence, TimeSpan first)
        {
            (_clock, _silence, _wait) = (clock, silence, first);
            _timer = clock.CreateTimer(static watch => ((Watch)watch!).Check(), this, first, Timeout.InfiniteTimeSpan);
        }

        public void Begin(TimeSpan wait)
        {
            lock (_gate)
            {
                if (wait != _wait)
                    _timer.Change(wait, Timeout.InfiniteTimeSpan);
                (_wait, _since, _waiting) = (wait, _clock.GetTimestamp(), true);
            }
        }

        /// <summary>The provider has shown that it is alive: the wait that runs begins anew.</summary>
        public void Restart()
        {
            lock (_gate)
                _since = _clock.GetTimestamp();
        }

        public void End()
        {
            lock (_gate)
                _waiting = false;
        }

        public void Dispose() => _timer.Dispose();

        private void Check()
        {
            lock (_gate)
            {
                var left = _waiting ? _wait - _clock.GetElapsedTime(_since) : _wait;
                if (left > TimeSpan.Zero)
                {
                    _timer.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }
            }

            _silence.Cancel();
        }
    }
}
