using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>Decides whether rows of the audit chain are what they must be. Pure.</summary>
internal static class AuditVerification
{
    /// <summary>Checks rows in the order of their numbers, up to the first that is wrong.</summary>
    /// <param name="after">The record before them, which is intact.</param>
    /// <returns>The last intact record, and what is wrong with the next.</returns>
    public static (AuditHead Through, AuditBreak? Break) Check(AuditHead after, IReadOnlyList<AuditRow> rows)
    {
        foreach (var (i, row) in rows.Index())
        {
            var expected = after.Number + 1;
            if (row.Number > expected)
                return (after, new AuditBreak(AuditBreakKind.Removed, expected));
            if (row.Number < expected)
                return (after, new AuditBreak(AuditBreakKind.Added, row.Number!.Value));
            if (!IsIntact(row, after.Hash))
                return (after, Wrong(row, rows.Skip(i + 1)));
            after = AuditChain.HeadOf(row);
        }

        return (after, null);
    }

    /// <summary>What is wrong with the end of the chain; null if the head fits.</summary>
    /// <param name="last">The last record.</param>
    /// <param name="head">The head, read after the last record; null if it is missing.</param>
    public static AuditBreak? CheckEnd(AuditHead last, AuditHead? head) =>
        head switch
        {
            null => new AuditBreak(AuditBreakKind.HeadMissing, last.Number),
            _ when head.Number > last.Number => new AuditBreak(AuditBreakKind.TailRemoved, last.Number + 1),
            _ when head.Number < last.Number => new AuditBreak(AuditBreakKind.Added, head.Number + 1),
            _ when head.Hash != last.Hash => new AuditBreak(AuditBreakKind.HeadChanged, last.Number),
            _ => null,
        };

    private static bool IsIntact(AuditRow row, string previous) => row.Hash.AsSpan().SequenceEqual(AuditChain.HashOf(row, previous));

    /// <summary>
    /// The row was swapped if it is intact at the place of a later row. That place was preceded by the row that is there still, or, if it
    /// came right after this one, by the row that is at that place now.
    /// </summary>
    private static AuditBreak Wrong(AuditRow row, IEnumerable<AuditRow> later)
    {
        var number = row.Number!.Value;
        var before = row;
        foreach (var other in later)
        {
            var previous = before == row ? other : before;
            if (IsIntact(row with { Number = other.Number }, Convert.ToHexStringLower(previous.Hash ?? [])))
                return new AuditBreak(AuditBreakKind.Swapped, number, other.Number);
            before = other;
        }

        return new AuditBreak(AuditBreakKind.Changed, number);
    }
}
