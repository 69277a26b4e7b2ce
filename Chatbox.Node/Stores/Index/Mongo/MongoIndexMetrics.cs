using System.Runtime.CompilerServices;
using Chatbox.Actors.Index;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Computes the administrators' metrics for a span of time, its start included and its end excluded.</summary>
internal sealed class MongoIndexMetrics(MongoIndexAccess access)
{
    private static readonly FilterDefinitionBuilder<SessionRow> Where = Builders<SessionRow>.Filter;

    private readonly MongoIndexCollections _rows = access.Rows;

    public Task<IndexMetrics> Between(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        return MongoIndexAccess.Guard(() => Between(start.UtcTicks, end.UtcTicks, cancellationToken));
    }

    private async Task<IndexMetrics> Between(long start, long end, CancellationToken cancellationToken)
    {
        var step = MetricsStep.For(end - start);
        var sessions = await Started(start, end, step, cancellationToken);
        var concurrency = await Concurrency(start, end, step, cancellationToken);
        var answers = await Answers(start, end, step, cancellationToken);
        return sessions.With(concurrency, answers, start, step);
    }

    private async Task<StartedSessions> Started(long start, long end, long step, CancellationToken cancellationToken)
    {
        // The server counts each bucket. It subtracts the remainder instead of dividing, because a quotient would be rounded.
        var since = new BsonDocument("$subtract", new BsonArray { "$start_time", start });
        var bucket = new BsonDocument("$subtract", new BsonArray { since, new BsonDocument("$mod", new BsonArray { since, step }) });
        var buckets = await _rows
            .Sessions.Aggregate()
            .Match(Where.Gte(s => s.StartTime, start) & Where.Lt(s => s.StartTime, end))
            .Group<BsonDocument>(
                new BsonDocument
                {
                    { "_id", bucket },
                    { "total", new BsonDocument("$sum", 1) },
                    { "active", CountWhere(new BsonDocument("$eq", new BsonArray { "$end_time", IndexTime.Never })) },
                    { "assisted", CountWhere("$admin_assisted") },
                    { "help", CountWhere("$help_requested") },
                    { "takeovers", new BsonDocument("$sum", "$takeovers") },
                    { "help_requests", new BsonDocument("$sum", "$help_requests") },
                    { "ratings_up", new BsonDocument("$sum", "$ratings_up") },
                    { "ratings_down", new BsonDocument("$sum", "$ratings_down") },
                }
            )
            .ToListAsync(cancellationToken);
        int Sum(string field) => buckets.Sum(found => found[field].ToInt32());
        return new StartedSessions(
            Sum("total"),
            Sum("active"),
            Sum("assisted"),
            Sum("help"),
            new PeopleNumbers(Sum("takeovers"), Sum("help_requests"), Sum("ratings_up"), Sum("ratings_down")),
            buckets.ToDictionary(found => found["_id"].ToInt64() / step, found => found["total"].ToInt32())
        );
    }

    private static BsonDocument CountWhere(BsonValue condition) =>
        new("$sum", new BsonDocument("$cond", new BsonArray { condition, 1, 0 }));

    private async Task<ConcurrencySweep> Concurrency(long start, long end, long step, CancellationToken cancellationToken)
    {
        var initially = await _rows.Intervals.CountDocumentsAsync(
            i => i.Ended > start && i.Started < start,
            cancellationToken: cancellationToken
        );
        var sweep = new ConcurrencySweep(start, end, step, (int)initially);
        using var ends = await _rows
            .Intervals.Find(i => i.Ended > start && i.Ended < end)
            .SortBy(i => i.Ended)
            .ToCursorAsync(cancellationToken);
        using var beginnings = await _rows
            .Intervals.Find(i => i.Started >= start && i.Started < end)
            .SortBy(i => i.Started)
            .ToCursorAsync(cancellationToken);
        await using var ended = Lasting(ends, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var more = await ended.MoveNextAsync();
        await foreach (var begun in Lasting(beginnings, cancellationToken))
        {
            // At the same moment ends come before beginnings: a session that ends and is reopened does not count twice.
            for (; more && ended.Current.Ended <= begun.Started; more = await ended.MoveNextAsync())
                sweep.Add(ended.Current.Ended, -1);
            sweep.Add(begun.Started, 1);
        }

        for (; more; more = await ended.MoveNextAsync())
            sweep.Add(ended.Current.Ended, -1);
        sweep.Finish();
        return sweep;
    }

    /// <summary>Intervals longer than zero, one batch in memory at a time.</summary>
    private static async IAsyncEnumerable<IntervalRow> Lasting(
        IAsyncCursor<IntervalRow> cursor,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (await cursor.MoveNextAsync(cancellationToken))
        {
            foreach (var interval in cursor.Current.Where(interval => interval.Ended > interval.Started))
                yield return interval;
        }
    }

    private async Task<AnswerStatistics> Answers(long start, long end, long step, CancellationToken cancellationToken)
    {
        var statistics = new AnswerStatistics(start, end, step);
        var fields = Builders<MessageRow>
            .Projection.Include(m => m.SentAt)
            .Include(m => m.Tokens)
            .Include(m => m.ResponseTime)
            .Exclude("_id");
        using var answers = await _rows
            .Messages.Find(m => m.Type == MessageRow.Answer && m.SentAt >= start && m.SentAt < end)
            .SortBy(m => m.SentAt)
            .Project<BsonDocument>(fields)
            .ToCursorAsync(cancellationToken);
        while (await answers.MoveNextAsync(cancellationToken))
        {
            foreach (var answer in answers.Current)
            {
                var wait = answer.GetValue("response_time", BsonNull.Value);
                statistics.Add(answer["sent_at"].ToInt64(), answer["tokens"].ToInt64(), wait.IsBsonNull ? null : wait.ToInt64());
            }
        }

        statistics.Finish();
        return statistics;
    }
}
