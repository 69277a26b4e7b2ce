using Chatbox.Actors.Index;
using Chatbox.Node.Stores.Index.Tallies;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>
/// Keeps the tallies: those of minutes that the database has marked are made anew from the rows of the index, and then those of the quarters and the
/// days around them. A tally can therefore never drift from the rows.
/// </summary>
internal sealed class SqlTallies(SqlIndexAccess access, TimeProvider clock)
{
    /// <summary>A writer brings the tallies up to date this often, so that few marks wait. Metrics are exact at any time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>With more marked minutes than this, it costs more to read their rows than to bring the tallies up to date.</summary>
    public const int MostMarks = 200;

    /// <summary>The name that stands for the tallies among the locks of sessions. No session can have it.</summary>
    private const string Lock = "tallies";

    private static readonly BulkCopyOptions Rows = new() { BulkCopyType = BulkCopyType.MultipleRows, UseParameters = true };

    private long _updatedAt = clock.GetTimestamp();

    /// <summary>Updates the tallies if the last update of this object was long ago. An outage is no failure: a later call does the work.</summary>
    public async Task UpdateInTime(CancellationToken cancellationToken)
    {
        var last = Interlocked.Read(ref _updatedAt);
        if (clock.GetElapsedTime(last) < Interval || Interlocked.CompareExchange(ref _updatedAt, clock.GetTimestamp(), last) != last)
            return;
        try
        {
            await Update(null, cancellationToken);
        }
        catch (IndexUnavailableException)
        {
            // The marks stay.
        }
    }

    /// <summary>Updates the tallies of all minutes that are marked now, day by day. Nodes do so one after the other.</summary>
    /// <param name="progress">Called before each day with its number, from 1, and the number of days.</param>
    public async Task Update(Action<int, int>? progress, CancellationToken cancellationToken)
    {
        var days = await access.Read(db =>
            db.GetTable<TallyMarkRow>()
                .Select(mark => mark.Minute - mark.Minute % TallyLevels.Day)
                .Distinct()
                .ToListAsync(cancellationToken)
        );
        foreach (var (n, day) in days.Order().Index())
        {
            progress?.Invoke(n + 1, days.Count);
            await access.Write([Lock], db => Update(db, day, cancellationToken), cancellationToken);
        }
    }

    private static async Task<bool> Update(DataConnection db, long day, CancellationToken cancellationToken)
    {
        var marks = db.GetTable<TallyMarkRow>();
        var minutes = await marks
            .Where(mark => mark.Minute >= day && mark.Minute < day + TallyLevels.Day)
            .Select(mark => mark.Minute)
            .Distinct()
            .ToListAsync(cancellationToken);
        if (minutes.Count == 0)
            return false; // another node was faster
        var quarters = Pieces(
            minutes.Select(minute => TallyLevels.Floor(minute, TallyLevels.Quarter)).Distinct().Order(),
            TallyLevel.Quarter
        );
        foreach (var run in TallyPlan.Join(quarters))
        {
            // Whole quarters, and before the rows are read: a mark that appears in between belongs to rows that are read.
            await marks.DeleteAsync(mark => mark.Minute >= run.From && mark.Minute < run.To, cancellationToken);
            await db.GetTable<TallyRow>()
                .DeleteAsync(tally => tally.Level != TallyLevel.Day && tally.At >= run.From && tally.At < run.To, cancellationToken);
        }

        var tallied = new Dictionary<TallyPiece, Tally>(
            await SqlTallySheet.Count(db, [.. quarters.SelectMany(quarter => Parts(quarter, TallyLevel.Minute))], cancellationToken)
        );
        foreach (var quarter in quarters)
            tallied[quarter] = Tally.Of(Parts(quarter, TallyLevel.Minute).Select(minute => tallied[minute]), TallyLevel.Quarter.Scale());
        await Insert(db, tallied, cancellationToken);
        await UpdateDay(db, Pieces([day], TallyLevel.Day)[0], cancellationToken);
        return true;
    }

    private static async Task UpdateDay(DataConnection db, TallyPiece day, CancellationToken cancellationToken)
    {
        var tallies = db.GetTable<TallyRow>();
        var quarters = await SqlTallySheet.Read(db, [day with { Level = TallyLevel.Quarter }], cancellationToken);
        var parts = Parts(day, TallyLevel.Quarter).Select(part => quarters.GetValueOrDefault(part) ?? Tally.Nothing(part.Length));
        await tallies.DeleteAsync(tally => tally.Level == TallyLevel.Day && tally.At == day.From, cancellationToken);
        await Insert(db, [KeyValuePair.Create(day, Tally.Of(parts, TallyLevel.Day.Scale()))], cancellationToken);
    }

    private static async Task Insert(
        DataConnection db,
        IEnumerable<KeyValuePair<TallyPiece, Tally>> tallies,
        CancellationToken cancellationToken
    )
    {
        var rows = tallies.Where(tally => !tally.Value.IsNothing).Select(tally => TallyRow.Of(tally.Key, tally.Value)).ToList();
        if (rows.Count > 0)
            await db.GetTable<TallyRow>().BulkCopyAsync(Rows, rows, cancellationToken);
    }

    private static List<TallyPiece> Pieces(IEnumerable<long> starts, TallyLevel level) =>
        [.. starts.Select(start => new TallyPiece(start, start + level.Length(), level))];

    private static IEnumerable<TallyPiece> Parts(TallyPiece whole, TallyLevel level)
    {
        var length = level.Length();
        for (var at = whole.From; at < whole.To; at += length)
            yield return new TallyPiece(at, at + length, level);
    }
}
