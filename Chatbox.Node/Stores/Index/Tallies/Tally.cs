namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Numbers of a period that are added when periods are put together.</summary>
/// <param name="Sessions">Sessions that began; the next numbers are sums over these.</param>
/// <param name="Tokens">Tokens of the answers that were given.</param>
/// <param name="Responses">Answers with a response time.</param>
/// <param name="ResponseTime">Sum of the response times, in ticks.</param>
internal readonly record struct TallySums(
    SessionCounts Sessions,
    long Takeovers,
    long HelpRequests,
    long RatingsUp,
    long RatingsDown,
    long Tokens,
    long Responses,
    long ResponseTime
)
{
    public static TallySums operator +(TallySums a, TallySums b) =>
        new(
            a.Sessions + b.Sessions,
            a.Takeovers + b.Takeovers,
            a.HelpRequests + b.HelpRequests,
            a.RatingsUp + b.RatingsUp,
            a.RatingsDown + b.RatingsDown,
            a.Tokens + b.Tokens,
            a.Responses + b.Responses,
            a.ResponseTime + b.ResponseTime
        );
}

/// <summary>Everything that metrics need to know of a period. A tally follows from the rows of the index, and can be made anew at any time.</summary>
/// <param name="LongestTime">Longest response time, in ticks.</param>
/// <param name="Times">The response times by class of <paramref name="Scale"/>, in order of the classes.</param>
internal sealed record Tally(TallySums Sums, long LongestTime, Swing Swing, IReadOnlyList<TimeCount> Times, TimeScale Scale)
{
    /// <summary>A period in which nothing happened.</summary>
    public static Tally Nothing(long length) => new(default, 0, Swing.Still(length), [], TimeScale.Fine);

    /// <summary>Whether nothing happened. Such a tally is not stored.</summary>
    public bool IsNothing => Sums == default && Swing == Swing.Still(Swing.Length);

    /// <summary>The tally of a period of tallies that fill it, in order.</summary>
    public static Tally Of(IEnumerable<Tally> parts, TimeScale scale)
    {
        var (sums, longest, swing, times) = (default(TallySums), 0L, default(Swing), new TimeCounts(scale));
        foreach (var part in parts)
        {
            sums += part.Sums;
            longest = Math.Max(longest, part.LongestTime);
            swing += part.Swing;
            times.Add(part.Times, part.Scale);
        }

        return new Tally(sums, longest, swing, times.ToList(), scale);
    }
}
