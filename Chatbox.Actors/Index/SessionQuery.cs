using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>Selects sessions for a list: filters, order and page. A filter that is null does not apply.</summary>
/// <param name="Search">Words that must all occur in the name or in the owner's messages.</param>
/// <param name="StartedFrom">Earliest start, inclusive.</param>
/// <param name="StartedTo">Latest start, inclusive.</param>
/// <param name="Limit">1 to 1000.</param>
/// <param name="Offset">Rows to skip. Must be 0 if there is a <paramref name="Cursor"/>.</param>
/// <param name="Cursor">The <see cref="SessionPage.Next"/> of the previous page of the same query.</param>
/// <param name="CountTotal">Whether to return <see cref="SessionPage.Total"/>, which costs another query.</param>
public sealed record SessionQuery(
    UserId? UserId = null,
    bool? Active = null,
    bool? AdminAssisted = null,
    bool? HelpRequested = null,
    string? Search = null,
    DateTimeOffset? StartedFrom = null,
    DateTimeOffset? StartedTo = null,
    SessionOrder OrderBy = SessionOrder.LastActivity,
    bool Descending = true,
    int Limit = 100,
    int Offset = 0,
    string? Cursor = null,
    bool CountTotal = false
);

/// <summary>The orders of a list. Sessions with equal values are ordered by their id.</summary>
public enum SessionOrder
{
    StartTime,
    EndTime,
    LastActivity,
    Duration,
    MessageCount,
    TotalTokens,
    UserId,
}

/// <summary>One page of a list of sessions.</summary>
/// <param name="Next">The cursor of the next page; null on the last page.</param>
/// <param name="Total">The number of sessions on all pages; null unless the query asks for it.</param>
public sealed record SessionPage(IReadOnlyList<SessionSummary> Sessions, string? Next, int? Total);

/// <summary>The service's activity in a span of time, in numbers.</summary>
public sealed record IndexMetrics(
    int ActiveSessions,
    int TotalSessions,
    double AverageConcurrent,
    int MaxConcurrent,
    long TotalTokens,
    TimeSpan AverageResponseTime,
    TimeSpan MaxResponseTime,
    int AdminAssisted,
    int HelpRequested,
    IReadOnlyList<MetricsBucket> Series
)
{
    /// <summary>What people did in the sessions that began in the span.</summary>
    public PeopleNumbers People { get; init; }

    /// <summary>The models whose answers failed in the span, the worst first; at most <see cref="MaxModels"/>.</summary>
    public IReadOnlyList<ModelErrors> Errors { get; init; } = [];

    /// <summary>Most models in <see cref="Errors"/>.</summary>
    public const int MaxModels = 20;
}

/// <summary>Failed answers of a model.</summary>
/// <param name="Series">Their number in each step of <see cref="IndexMetrics.Series"/>.</param>
public sealed record ModelErrors(ModelId Model, IReadOnlyList<long> Series)
{
    public long Count => Series.Sum();
}

/// <summary>Numbers about people, summed over sessions.</summary>
public readonly record struct PeopleNumbers(long Takeovers, long HelpRequests, long RatingsUp, long RatingsDown);

/// <summary>One step of a time series.</summary>
public sealed record MetricsBucket(
    DateTimeOffset Start,
    int Sessions,
    int Concurrent,
    long Tokens,
    TimeSpan ResponseTimeP50,
    TimeSpan ResponseTimeP95
);
