using System.Runtime.CompilerServices;

namespace Chatbox.Actors.Models;

/// <summary>Applies deadlines to a provider's stream.</summary>
internal static class TokenTimeouts
{
    /// <summary>
    /// Limits the wait for the provider's next element. The reader's time does not count. Bytes that arrive without completing an
    /// element, such as keep-alives, restart the deadline.
    /// </summary>
    /// <param name="begins">
    /// Selects the elements from which on <paramref name="gap"/> applies instead of <paramref name="first"/>; null for every element.
    /// </param>
    /// <param name="signs">Reports bytes that have arrived; null if the source reports none.</param>
    /// <exception cref="TimeoutException">
    /// Nothing arrived within <paramref name="first"/>, or later within <paramref name="gap"/>.
    /// </exception>
    public static async IAsyncEnumerable<T> WithTokenTimeouts<T>(
        this IAsyncEnumerable<T> source,
        TimeSpan first,
        TimeSpan gap,
        TimeProvider clock,
        Func<T, bool>? begins = null,
        StreamSigns? signs = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        // Not disposed, because the timer may still fire while the stream ends. It holds nothing that needs disposal.
        var silence = new CancellationTokenSource();
        using var registration = cancellationToken.Register(silence.Cancel);
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
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && silence.IsCancellationRequested)
            {
                throw new TimeoutException($"Nothing came within {wait}.");
            }

            watch.End(); // the reader's time does not count against the provider
            if (begins is null || begins(elements.Current))
                wait = gap;
            yield return elements.Current;
        }
    }

    /// <summary>
    /// Runs one deadline after the other on a single timer. Moving a timer takes a lock that all answers of the process share. Therefore
    /// the timer is left alone for each token, and when it fires too early, it is set to the remaining time.
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

        /// <summary>Restarts the running deadline, because the provider has shown that it is alive.</summary>
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
