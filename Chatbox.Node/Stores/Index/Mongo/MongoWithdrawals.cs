using Chatbox.Node.Identity;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Withdrawn tokens, in a collection beside the index; the index creates the collection.</summary>
internal sealed class MongoWithdrawals(IMongoDatabase database) : ITokenWithdrawals
{
    private readonly MongoIndexAccess _access = new(database);

    public Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken cancellationToken) =>
        _access.Transact((transaction, token) => Withdraw(transaction, withdrawal, token), cancellationToken);

    public Task<IReadOnlyList<Withdrawal>> WithdrawnSince(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var ticks = moment.UtcTicks;
        return MongoIndexAccess.Guard(async () =>
        {
            var rows = await _access.Rows.Withdrawals.Find(w => w.At >= ticks).ToListAsync(cancellationToken);
            return (IReadOnlyList<Withdrawal>)rows.ConvertAll(WithdrawalRows.Read);
        });
    }

    private async Task<bool> Withdraw(IClientSessionHandle transaction, Withdrawal withdrawal, CancellationToken cancellationToken)
    {
        var row = WithdrawalRows.Of(withdrawal);
        var rows = await _access.Rows.Withdrawals.Find(transaction, w => w.UserId == row.UserId).ToListAsync(cancellationToken);
        var known = rows.Find(w => w.TokenId == row.TokenId);
        if (withdrawal.TokenId is null)
        {
            var (user, old) = (row.UserId, row.At - ITokenWithdrawals.KeepTokens.Ticks);
            await _access.Rows.Withdrawals.DeleteManyAsync(
                transaction,
                w => w.UserId == user && (w.TokenId == "" || w.At < old),
                cancellationToken: cancellationToken
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

        await _access.Rows.Withdrawals.InsertOneAsync(transaction, row, cancellationToken: cancellationToken);
        return true;
    }
}
