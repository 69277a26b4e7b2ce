using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>Numbers of the sessions that started in a span of time.</summary>
/// <param name="People">What people did in them.</param>
/// <param name="InBucket">Number of sessions by bucket; buckets without sessions are missing.</param>
internal sealed record StartedSessions(
    int Total,
    int Active,
    int Assisted,
    int Help,
    PeopleNumbers People,
    IReadOnlyDictionary<long, int> InBucket
)
{
    /// <summary>Combines all numbers of the span.</summary>
    /// <param name="start">Start of the span, in ticks.</param>
    /// <param name="step">Length of a bucket, in ticks.</param>
    public IndexMetrics With(ConcurrencySweep concurrency, AnswerStatistics answers, long start, long step)
    {
        var series = answers.Buckets.Select(
            (bucket, i) =>
                new MetricsBucket(
                    IndexRowReader.Moment(start + i * step),
                    InBucket.GetValueOrDefault(i),
                    concurrency.MostIn(i),
                    bucket.Tokens,
                    bucket.P50,
                    bucket.P95
                )
        );
        return new IndexMetrics(
            Active,
            Total,
            concurrency.Average,
            concurrency.Max,
            answers.Tokens,
            answers.Average,
            answers.Max,
            Assisted,
            Help,
            [.. series]
        )
        {
            People = People,
        };
    }
}
