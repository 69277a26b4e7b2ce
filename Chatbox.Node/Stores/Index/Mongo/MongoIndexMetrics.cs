using System.Runtime.CompilerServices;
using Chatbox.Actors.Index;
using Chatbox.Node.Stores.Index.Tallies;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>
/// Computes the administrators' metrics for a span of time, its start included and its end excluded, from all rows of the span: MongoDB has no triggers that
/// could mark what an earlier release writes, as in SQL, so there are no tallies.
/// </summary>
internal sealed class MongoIndexMetrics(MongoIndexAccess access)
{
    private static readonly FilterDefinitionBuilder<SessionRow> Where = Builders<SessionRow>.Filter;

    private readonly MongoIndexCollections _rows = access.Rows;

    public Task<IndexMetrics> Between(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        return MongoIndexAccess.Guard(() => Between(new MetricsSteps(start.UtcTicks, end.UtcTicks), cancellationToken));
    }

    private async Task<IndexMetrics> Between(MetricsSteps steps, CancellationToken cancellationToken)
    {
        var pieces = Enumerable.Range(0, steps.Count).Select(n => new TallyPiece(steps[n].From, steps[n].To, null)).ToList();
        var sheet = new TallySheet(pieces);
        await AddSessions(steps, sheet, cancellationToken);
        await AddAnswers(steps, sheet, cancellationToken);
        await AddChanges(steps, sheet, cancellationToken);
        var (start, tallies) = (steps.Start, sheet.Finish());
        var active = await _rows.Intervals.CountDocumentsAsync(
            i => i.Ended > start && i.Started < start,
            cancellationToken: cancellationToken
        );
        var sum = new MetricsSum(steps, active);
        foreach (var piece in pieces)
            sum.AddStep([tallies[piece]]);
        return sum.Finish() with { Errors = await Errors(steps, cancellationToken) };
    }

    private async Task<IReadOnlyList<ModelErrors>> Errors(MetricsSteps steps, CancellationToken cancellationToken)
    {
        var where = Builders<AnswerErrorRow>.Filter;
        var found = await _rows
            .AnswerErrors.Aggregate()
            .Match(where.Gte(e => e.At, steps.Start) & where.Lt(e => e.At, steps.End))
            .Group<BsonDocument>(
                new BsonDocument
                {
                    {
                        "_id",
                        new BsonDocument { { "model", "$model_id" }, { "step", StepOf("$at", steps) } }
                    },
                    { "total", new BsonDocument("$sum", 1) },
                }
            )
            .ToListAsync(cancellationToken);
        var sheet = new ErrorSheet(steps);
        foreach (var sums in found)
        {
            var of = sums["_id"];
            sheet.Add(of["model"].AsString, of["step"].ToInt64() / steps.Length, sums["total"].ToInt64());
        }

        return sheet.Finish();
    }

    /// <summary>
    /// Where the step of a moment begins, after the beginning of the first step. It subtracts the remainder instead of dividing, because a quotient would be
    /// rounded.
    /// </summary>
    private static BsonDocument StepOf(string moment, MetricsSteps steps)
    {
        var since = new BsonDocument("$subtract", new BsonArray { moment, steps.First });
        return new BsonDocument("$subtract", new BsonArray { since, new BsonDocument("$mod", new BsonArray { since, steps.Length }) });
    }

    private async Task AddSessions(MetricsSteps steps, TallySheet sheet, CancellationToken cancellationToken)
    {
        // The server counts each step.
        var kind = new BsonDocument
        {
            { "step", StepOf("$start_time", steps) },
            { "active", new BsonDocument("$eq", new BsonArray { "$end_time", IndexTime.Never }) },
            { "assisted", "$admin_assisted" },
            { "helped", "$help_requested" },
        };
        var (start, end) = (steps.Start, steps.End);
        var found = await _rows
            .Sessions.Aggregate()
            .Match(Where.Gte(s => s.StartTime, start) & Where.Lt(s => s.StartTime, end))
            .Group<BsonDocument>(
                new BsonDocument
                {
                    { "_id", kind },
                    { "total", new BsonDocument("$sum", 1) },
                    { "takeovers", new BsonDocument("$sum", "$takeovers") },
                    { "help_requests", new BsonDocument("$sum", "$help_requests") },
                    { "ratings_up", new BsonDocument("$sum", "$ratings_up") },
                    { "ratings_down", new BsonDocument("$sum", "$ratings_down") },
                }
            )
            .ToListAsync(cancellationToken);
        foreach (var sums in found)
        {
            var of = sums["_id"];
            sheet.AddSession(
                Math.Max(start, steps.First + of["step"].ToInt64()),
                new TallySums
                {
                    Sessions = SessionCounts.Of(
                        of["active"].AsBoolean,
                        of["assisted"].AsBoolean,
                        of["helped"].AsBoolean,
                        sums["total"].ToInt64()
                    ),
                    Takeovers = sums["takeovers"].ToInt64(),
                    HelpRequests = sums["help_requests"].ToInt64(),
                    RatingsUp = sums["ratings_up"].ToInt64(),
                    RatingsDown = sums["ratings_down"].ToInt64(),
                }
            );
        }
    }

    private async Task AddChanges(MetricsSteps steps, TallySheet sheet, CancellationToken cancellationToken)
    {
        var (start, end) = (steps.Start, steps.End);
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
            for (; more && ended.Current.Ended <= begun.Started; more = await ended.MoveNextAsync())
                sheet.AddChange(ended.Current.Ended, -1);
            sheet.AddChange(begun.Started, 1);
        }

        for (; more; more = await ended.MoveNextAsync())
            sheet.AddChange(ended.Current.Ended, -1);
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

    private async Task AddAnswers(MetricsSteps steps, TallySheet sheet, CancellationToken cancellationToken)
    {
        var (start, end) = (steps.Start, steps.End);
        var fields = Builders<MessageRow>
            .Projection.Include(m => m.SentAt)
            .Include(m => m.Tokens)
            .Include(m => m.ResponseTime)
            .Exclude("_id");
        using var answers = await _rows
            .Messages.Find(m => m.Type == MessageRow.Answer && m.SentAt >= start && m.SentAt < end)
            .Project<BsonDocument>(fields)
            .ToCursorAsync(cancellationToken);
        while (await answers.MoveNextAsync(cancellationToken))
        {
            foreach (var answer in answers.Current)
            {
                var wait = answer.GetValue("response_time", BsonNull.Value);
                sheet.AddAnswer(answer["sent_at"].ToInt64(), answer["tokens"].ToInt64(), wait.IsBsonNull ? null : wait.ToInt64());
            }
        }
    }
}
