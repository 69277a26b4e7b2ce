using System.Data.Common;
using System.Globalization;
using Chatbox.Node.Stores.Index.Tallies;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Tallies the rows of the index, and reads tallies.</summary>
internal static class SqlTallySheet
{
    /// <summary>Maximum number of ranges in one statement.</summary>
    private const int MostRanges = 50;

    /// <summary>The tallies of pieces of time, from the rows in them.</summary>
    /// <param name="pieces">Pieces in order of time, without overlaps.</param>
    public static async Task<IReadOnlyDictionary<TallyPiece, Tally>> Count(
        DataConnection db,
        IReadOnlyList<TallyPiece> pieces,
        CancellationToken cancellationToken
    )
    {
        var sheet = new TallySheet(pieces);
        var ranges = TallyPlan.Join(pieces);
        await Each(db, ranges, Sessions, row => AddSession(sheet, row), cancellationToken);
        await Each(db, ranges, Answers, row => AddAnswer(sheet, row), cancellationToken);
        await Each(db, ranges, Changes, row => sheet.AddChange(row.GetInt64(0), row.GetInt32(1)), cancellationToken, order: "ORDER BY 1");
        return sheet.Finish();
    }

    /// <summary>The stored tallies of pieces; those of periods in which nothing happened are missing.</summary>
    public static async Task<IReadOnlyDictionary<TallyPiece, Tally>> Read(
        DataConnection db,
        IReadOnlyList<TallyPiece> ranges,
        CancellationToken cancellationToken
    )
    {
        var tallies = new Dictionary<TallyPiece, Tally>();
        await Each(db, ranges, Tallies, row => Add(tallies, row), cancellationToken);
        return tallies;
    }

    /// <summary>
    /// Reads the rows of all ranges in order, each range as a part of its own: the database enters its index once for each. The numbers stand in the
    /// statement, so that the planner sees them.
    /// </summary>
    private static async Task Each(
        DataConnection db,
        IReadOnlyList<TallyPiece> ranges,
        Func<TallyPiece, FormattableString> select,
        Action<DbDataReader> take,
        CancellationToken cancellationToken,
        string order = ""
    )
    {
        foreach (var some in ranges.Chunk(MostRanges))
        {
            var statement = string.Join(" UNION ALL ", some.Select(range => select(range).ToString(CultureInfo.InvariantCulture)));
            await db.QueryToListAsync(
                row =>
                {
                    take(row);
                    return true;
                },
                $"{statement} {order}",
                cancellationToken
            );
        }
    }

    private static FormattableString Sessions(TallyPiece range) =>
        $"""
            SELECT start_time, end_time, admin_assisted, help_requested, takeovers, help_requests, ratings_up, ratings_down
            FROM sessions WHERE start_time >= {range.From} AND start_time < {range.To}
            """;

    private static void AddSession(TallySheet sheet, DbDataReader row) =>
        sheet.AddSession(
            row.GetInt64(0),
            new TallySums
            {
                Sessions = SessionCounts.Of(row.GetInt64(1) == IndexTime.Never, row.GetBoolean(2), row.GetBoolean(3)),
                Takeovers = row.GetInt32(4),
                HelpRequests = row.GetInt32(5),
                RatingsUp = row.GetInt32(6),
                RatingsDown = row.GetInt32(7),
            }
        );

    private static FormattableString Answers(TallyPiece range) =>
        $"""
            SELECT sent_at, tokens, response_time
            FROM messages WHERE type = 'ai_response' AND sent_at >= {range.From} AND sent_at < {range.To}
            """;

    private static void AddAnswer(TallySheet sheet, DbDataReader row) =>
        sheet.AddAnswer(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2));

    private static FormattableString Changes(TallyPiece range) =>
        $"""
            SELECT started, 1 FROM intervals WHERE ended > started AND started >= {range.From} AND started < {range.To}
            UNION ALL SELECT ended, -1 FROM intervals WHERE ended > started AND ended >= {range.From} AND ended < {range.To}
            """;

    private static FormattableString Tallies(TallyPiece range) =>
        $"SELECT level, at, change, figures FROM tallies WHERE level = {(int)range.Level!.Value} AND at >= {range.From} AND at < {range.To}";

    private static void Add(Dictionary<TallyPiece, Tally> tallies, DbDataReader row)
    {
        var (level, at) = ((TallyLevel)row.GetInt32(0), row.GetInt64(1));
        tallies.Add(new TallyPiece(at, at + level.Length(), level), TallyFormat.Read(row.GetFieldValue<byte[]>(3), row.GetInt64(2), level));
    }
}
