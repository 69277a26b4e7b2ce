namespace Chatbox.Actors.Models;

/// <summary>How long to leave a provider alone before the next try.</summary>
internal static class RetryDelay
{
    /// <summary>Longest wait that a provider may ask for; a longer one fails the answer by its own deadline.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Doubles from <paramref name="first"/> at the second try, spread by up to a quarter either way, so that many answers that failed
    /// together do not come back together; never sooner than the provider asked for.
    /// </summary>
    public static TimeSpan Before(int @try, TimeSpan? retryAfter, TimeSpan first)
    {
        var delay = first * Math.Pow(2, @try - 2) * (0.75 + Random.Shared.NextDouble() / 2);
        var wait = retryAfter is { } asked && asked > delay ? asked : delay;
        return wait < Longest ? wait : Longest;
    }
}
