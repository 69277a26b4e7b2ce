using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Index;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>A page of the sessions of all users.</summary>
internal sealed record AdminSessionsBody
{
    public required IReadOnlyList<SessionBody> Sessions { get; init; }

    public required int Count { get; init; }

    public required int Limit { get; init; }

    public required int Offset { get; init; }

    /// <summary>The number of sessions on all pages.</summary>
    public required int Total { get; init; }

    /// <summary>The <c>cursor</c> of the next page; absent on the last page.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>The activity in a span of time, once as the newer and once as the older dashboard of the replaced service reads it. Response times are in milliseconds.</summary>
internal sealed record AdminMetricsBody
{
    /// <summary>Sessions that began in the span and are active.</summary>
    public required int ActiveSessions { get; init; }

    /// <summary>Sessions that began in the span.</summary>
    public required int TotalSessions { get; init; }

    /// <summary>Average number of sessions that were active at the same time.</summary>
    public required double AvgConcurrent { get; init; }

    public required int MaxConcurrent { get; init; }

    public required long TotalTokens { get; init; }

    public required long AvgResponseTime { get; init; }

    public required long MaxResponseTime { get; init; }

    public required int AdminAssistedCount { get; init; }

    public required int HelpRequestedCount { get; init; }

    /// <summary>Takeovers of the sessions that began in the span.</summary>
    public required long Takeovers { get; init; }

    /// <summary>Requests for help in them, each counted once until it is closed.</summary>
    public required long HelpRequests { get; init; }

    public required long RatingsUp { get; init; }

    public required long RatingsDown { get; init; }

    /// <summary>Models whose answers failed in the span, the worst first; at most 20.</summary>
    public required IReadOnlyList<ModelErrorsBody> Errors { get; init; }

    public required OlderMetricsBody Metrics { get; init; }

    public required TimeRangeBody TimeRange { get; init; }

    /// <summary>The span in at most 61 steps, oldest first. They have one length, but the first and the last end at the span.</summary>
    public required IReadOnlyList<MetricsStepBody> Series { get; init; }

    public static AdminMetricsBody Of(IndexMetrics metrics, DateTimeOffset start, DateTimeOffset end)
    {
        var (average, longest) = (Milliseconds(metrics.AverageResponseTime), Milliseconds(metrics.MaxResponseTime));
        return new AdminMetricsBody
        {
            ActiveSessions = metrics.ActiveSessions,
            TotalSessions = metrics.TotalSessions,
            AvgConcurrent = metrics.AverageConcurrent,
            MaxConcurrent = metrics.MaxConcurrent,
            TotalTokens = metrics.TotalTokens,
            AvgResponseTime = average,
            MaxResponseTime = longest,
            AdminAssistedCount = metrics.AdminAssisted,
            HelpRequestedCount = metrics.HelpRequested,
            Takeovers = metrics.People.Takeovers,
            HelpRequests = metrics.People.HelpRequests,
            RatingsUp = metrics.People.RatingsUp,
            RatingsDown = metrics.People.RatingsDown,
            Errors = [.. metrics.Errors.Select(errors => new ModelErrorsBody(errors.Model.Value, errors.Count, errors.Series))],
            Metrics = new OlderMetricsBody(
                metrics.TotalSessions,
                metrics.ActiveSessions,
                metrics.TotalTokens,
                average,
                longest,
                metrics.AdminAssisted
            ),
            TimeRange = new TimeRangeBody { Start = Rfc3339.Format(start), End = Rfc3339.Format(end) },
            Series = [.. metrics.Series.Select(MetricsStepBody.Of)],
        };
    }

    internal static long Milliseconds(TimeSpan span) => (long)Math.Round(span.TotalMilliseconds);
}

/// <summary>The numbers with the names that the older dashboard reads.</summary>
internal sealed record OlderMetricsBody(
    [property: JsonPropertyName("TotalSessions")] int TotalSessions,
    [property: JsonPropertyName("ActiveSessions")] int ActiveSessions,
    [property: JsonPropertyName("TotalTokens")] long TotalTokens,
    [property: JsonPropertyName("AvgResponseTime")] long AvgResponseTime,
    [property: JsonPropertyName("MaxResponseTime")] long MaxResponseTime,
    [property: JsonPropertyName("AdminAssistedCount")] int AdminAssistedCount
);

/// <summary>The failed answers of a model, and how many of them are in each step of the series.</summary>
internal sealed record ModelErrorsBody(string ModelId, long Count, IReadOnlyList<long> Series);

/// <summary>A span of time; its start is included and its end is excluded.</summary>
internal sealed record TimeRangeBody
{
    public required string Start { get; init; }

    public required string End { get; init; }
}

/// <summary>One step of a time series.</summary>
internal sealed record MetricsStepBody
{
    public required string Start { get; init; }

    /// <summary>Sessions that began in the step.</summary>
    public required int Sessions { get; init; }

    /// <summary>Maximum number of sessions that were active at the same time.</summary>
    public required int Concurrent { get; init; }

    public required long Tokens { get; init; }

    /// <summary>Half of the answers began within this time. Exact up to 2 s in spans of up to 30 hours, and within 0.8% in any case; so is the next.</summary>
    public required long P50ResponseTime { get; init; }

    /// <summary>Of 100 answers, 95 began within this time.</summary>
    public required long P95ResponseTime { get; init; }

    public static MetricsStepBody Of(MetricsBucket step) =>
        new()
        {
            Start = Rfc3339.Format(step.Start),
            Sessions = step.Sessions,
            Concurrent = step.Concurrent,
            Tokens = step.Tokens,
            P50ResponseTime = AdminMetricsBody.Milliseconds(step.ResponseTimeP50),
            P95ResponseTime = AdminMetricsBody.Milliseconds(step.ResponseTimeP95),
        };
}

/// <summary>What the erasure of a user has done so far.</summary>
internal sealed record UserErasedBody
{
    public required string UserId { get; init; }

    /// <summary>Sessions that this request has erased.</summary>
    public required int Erased { get; init; }

    /// <summary>Whether no session is left. If false, repeat the request.</summary>
    public required bool Complete { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AdminSessionsBody))]
[JsonSerializable(typeof(IReadOnlyList<SessionBody>))]
[JsonSerializable(typeof(AdminMetricsBody))]
[JsonSerializable(typeof(UserErasedBody))]
internal sealed partial class AdminJson : JsonSerializerContext;

/// <summary>JSON without escapes for HTML: responses have the JSON content type, and browsers must not sniff it.</summary>
internal static class ReadableAdminJson
{
    public static AdminJson Bodies { get; } =
        new(new JsonSerializerOptions(AdminJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
