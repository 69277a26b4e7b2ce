using Chatbox.Node.Identity;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Withdrawn tokens, in a collection beside the index.</summary>
internal sealed partial class MongoSessionIndex
{
    public Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken stop) =>
        Guard(async () =>
        {
            var row = WithdrawalRows.Of(withdrawal);
            using var session = await database.Client.StartSessionAsync(cancellationToken: stop);
            return await session.WithTransactionAsync(
                async (transaction, inside) =>
                {
                    var rows = await _rows.Withdrawals.Find(transaction, w => w.UserId == row.UserId).ToListAsync(inside);
                    var known = rows.Find(w => w.TokenId == row.TokenId);
                    if (withdrawal.TokenId is null)
                    {
                        var (user, old) = (row.UserId, row.At - ITokenWithdrawals.KeepTokens.Ticks);
                        await _rows.Withdrawals.DeleteManyAsync(
                            transaction,
                            w => w.UserId == user && (w.TokenId == "" || w.At < old),
                            cancellationToken: inside
                        );
                        row = row with { IssuedBefore = Math.Max(row.IssuedBefore, known?.IssuedBefore ?? 0) };
                    }
                    else if (known is not null)
                    {
                        return true;
                    }
                    else if (rows.Count(w => w.TokenId.Length > 0) >= ITokenWithdrawals.MostTokens)
                    {
                        return false;
                    }

                    await _rows.Withdrawals.InsertOneAsync(transaction, row, cancellationToken: inside);
                    return true;
                },
                cancellationToken: stop
            );
        });

    public Task<IReadOnlyList<Withdrawal>> WithdrawnSince(DateTimeOffset moment, CancellationToken stop)
    {
        var ticks = moment.UtcTicks;
        return Guard(async () =>
        {
            var rows = await _rows.Withdrawals.Find(w => w.At >= ticks).ToListAsync(stop);
            return (IReadOnlyList<Withdrawal>)rows.ConvertAll(WithdrawalRows.Read);
        });
    }
}
