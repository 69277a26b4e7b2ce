using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>Walks along the audit chain and checks it, with few rows in memory, while other nodes append to it.</summary>
/// <param name="read">Reads up to a number of rows of the chain after a number, in order.</param>
/// <param name="readHead">Reads the head; null if it is missing.</param>
/// <param name="countUnchained">Counts the rows outside the chain.</param>
internal sealed class AuditWalk(
    Func<long, int, Task<IReadOnlyList<AuditRow>>> read,
    Func<Task<AuditHead?>> readHead,
    Func<Task<long>> countUnchained
)
{
    /// <summary>Maximum number of rows in memory.</summary>
    private const int Batch = 1000;

    /// <inheritdoc cref="IAuditTrail.Check" />
    public async Task<AuditCheck> Check(AuditHead after, int limit)
    {
        if (after.Number > 0 && await Missing(after) is { } gone)
            return await Complete(AuditHead.None, 0, gone);
        var last = after;
        while (last.Number - after.Number < limit)
        {
            var rows = await Next(last, limit - (int)(last.Number - after.Number));
            if (rows.Count == 0)
            {
                // The head is read after the rows and grows with them: if it is ahead, somebody has appended, or removed.
                var head = await readHead();
                if (!(head?.Number > last.Number))
                    return await Complete(last, last.Number - after.Number, AuditVerification.CheckEnd(last, head));
                rows = await Next(last, 1);
                if (rows.Count == 0)
                    return await Complete(last, last.Number - after.Number, AuditVerification.CheckEnd(last, head));
            }

            (last, var found) = AuditVerification.Check(last, rows);
            if (found is not null)
                return await Complete(last, last.Number - after.Number, found);
        }

        return new AuditCheck(last, last.Number - after.Number, IsComplete: false, null, 0);
    }

    private Task<IReadOnlyList<AuditRow>> Next(AuditHead last, int limit) => read(last.Number, Math.Min(Batch, limit));

    private async Task<AuditCheck> Complete(AuditHead through, long count, AuditBreak? found) =>
        new(through, count, IsComplete: true, found, await countUnchained());

    /// <summary>What has happened to the record of a head; null if it still has the hash.</summary>
    private async Task<AuditBreak?> Missing(AuditHead head) =>
        (await read(head.Number - 1, 1)) is [var row] && row.Number == head.Number
            ? AuditChain.HeadOf(row) == head
                ? null
                : new AuditBreak(AuditBreakKind.Changed, head.Number)
            : new AuditBreak(AuditBreakKind.Removed, head.Number);
}
