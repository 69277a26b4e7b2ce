namespace Chatbox.Actors.Models;

/// <summary>Computes the wait before another try.</summary>
internal static class RetryDelay
{
    /// <summary>Longest wait that a provider may ask for. A longer one would exceed the answer's deadline.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The wait before a try. It starts at <paramref name="first"/> for the second try and doubles for each later one. A jitter of up to a
    /// quarter either way spreads the answers that failed together. The wait is never shorter than the provider asked for, up to five minutes.
    /// </summary>
    public static TimeSpan Before(int @try, TimeSpan? retryAfter, TimeSpan first)
    {
        var delay = first * Math.Pow(2, @try - 2) * (0.75 + Random.Shared.NextDouble() / 2);
        var wait = retryAfter is { } asked && asked > delay ? asked : delay;
        return wait < Longest ? wait : Longest;
    }
}
