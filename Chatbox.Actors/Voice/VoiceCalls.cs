using Chatbox.Actors.Models;
using Chatbox.Messages;

namespace Chatbox.Actors.Voice;

/// <summary>
/// Calls a service of voices: a bounded number of calls at a time, each with a deadline, repeated after failures that may pass, and refused
/// while the service's circuit breaker is open. All sessions of a node share it. Thread-safe.
/// </summary>
/// <param name="service">The service's name, for failures.</param>
/// <param name="models">Tries, delays and the breaker are those of models.</param>
internal sealed class VoiceCalls(string service, int mostAtOnce, ModelOptions models, TimeProvider clock)
{
    private readonly SemaphoreSlim _slots = new(mostAtOnce);
    private readonly Lock _lock = new();
    private readonly ModelBreaker _breaker = new(models.BreakerFailures);
    private long _openedAt;

    /// <summary>Calls the service until it succeeds, refuses for good, or the time is over.</summary>
    /// <param name="timeout">Longest time, the wait for a slot and all tries included.</param>
    /// <param name="call">One try.</param>
    /// <exception cref="ModelFailureException">The service fails, or has not responded in time.</exception>
    public async Task<T> Call<T>(UserId user, TimeSpan timeout, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await _slots.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                return await Try(user, call, time, either.Token).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelFailureException(ModelFailureKind.Unavailable, $"{service} did not respond within {timeout}.");
        }
    }

    /// <param name="time">Is cancelled when the time is over.</param>
    /// <param name="cancellationToken">The time is over, or the caller has cancelled.</param>
    private async Task<T> Try<T>(
        UserId user,
        Func<CancellationToken, Task<T>> call,
        CancellationTokenSource time,
        CancellationToken cancellationToken
    )
    {
        for (var @try = 1; ; @try++)
        {
            Enter(user);
            ModelFailureException failed;
            try
            {
                var result = await call(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
                Succeeded();
                return result;
            }
            catch (ModelFailureException failure)
            {
                Failed(user, failure.Kind);
                if (@try >= models.MaxTries || !MayPass(failure.Kind))
                    throw;
                failed = failure;
            }
            catch
            {
                // Out of time, cancelled, or the file store has failed: only silence is the service's fault.
                Failed(user, time.IsCancellationRequested ? ModelFailureKind.Unavailable : null);
                throw;
            }

            var wait = RetryDelay.Before(@try + 1, failed.RetryAfter, models.RetryDelay);
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool MayPass(ModelFailureKind kind) =>
        kind is ModelFailureKind.Unavailable or ModelFailureKind.RateLimited or ModelFailureKind.Broken;

    private void Enter(UserId user)
    {
        lock (_lock)
        {
            if (_breaker.IsOpen && clock.GetElapsedTime(_openedAt) >= models.BreakerOpen)
                _breaker.LetProbe();
            if (!_breaker.MayAsk(user))
                throw new ModelFailureException(ModelFailureKind.Unreadable, $"{service} has failed too often and is not asked now.");
            if (_breaker.IsProbed)
                _breaker.Probe(user);
        }
    }

    private void Succeeded()
    {
        lock (_lock)
            _breaker.Succeed();
    }

    /// <param name="kind">Null for a failure that says nothing about the service.</param>
    private void Failed(UserId user, ModelFailureKind? kind)
    {
        lock (_lock)
        {
            if (kind is { } failure && MayPass(failure))
            {
                if (_breaker.Fail(user))
                    _openedAt = clock.GetTimestamp();
            }
            else
            {
                _breaker.Release(user);
            }
        }
    }
}
