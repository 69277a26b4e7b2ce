using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>Which sessions, in which order, and how many. Null does not filter.</summary>
/// <param name="Search">Words that must all stand in the name or in the owner's messages.</param>
/// <param name="StartedFrom">Earliest start, inclusive.</param>
/// <param name="StartedTo">Latest start, inclusive.</param>
/// <param name="Limit">1 to 1000.</param>
/// <param name="Offset">Rows to skip; together with <paramref name="Cursor"/> an error.</param>
/// <param name="Cursor">The <see cref="SessionPage.Next"/> of the page before, of the same query.</param>
/// <param name="CountTotal">Whether <see cref="SessionPage.Total"/> is wanted; it costs a query of its own.</param>
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

/// <summary>What a list can be ordered by; the session id settles ties.</summary>
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

/// <summary>Some sessions of a list.</summary>
/// <param name="Next">Where the next page begins; null if this is the last.</param>
/// <param name="Total">How many there are in all, if it was asked for.</param>
public sealed record SessionPage(IReadOnlyList<SessionSummary> Sessions, string? Next, int? Total);

/// <summary>What happened in a span of time.</summary>
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
);

/// <summary>One step of a time series.</summary>
public sealed record MetricsBucket(
    DateTimeOffset Start,
    int Sessions,
    int Concurrent,
    long Tokens,
    TimeSpan ResponseTimeP50,
    TimeSpan ResponseTimeP95
);

/// <summary>One entry of the audit trail: who did what to which session, never what stood in it.</summary>
/// <param name="Action">Such as <c>session.read</c>, <c>session.export</c>, <c>session.erase</c>.</param>
public sealed record AuditRecord(DateTimeOffset At, UserId Actor, string Action, SessionId? SessionId, UserId? UserId, string Detail);
