using Chatbox.Node.Identity;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Withdrawn tokens, in a table beside the index.</summary>
internal sealed partial class SqlSessionIndex
{
    public Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken stop) =>
        Write(
            // No session has the id of a user; should one have, the two wait for each other.
            [withdrawal.UserId.Value],
            async db =>
            {
                var row = WithdrawalRows.Of(withdrawal);
                var ofUser = db.GetTable<WithdrawalRow>().Where(w => w.UserId == row.UserId);
                if (withdrawal.TokenId is null)
                {
                    var latest = await ofUser.Where(w => w.TokenId == "").Select(w => w.IssuedBefore).FirstOrDefaultAsync(stop);
                    row = row with { IssuedBefore = Math.Max(row.IssuedBefore, latest) };
                    var old = row.At - ITokenWithdrawals.KeepTokens.Ticks;
                    await ofUser.Where(w => w.TokenId == "" || w.At < old).DeleteAsync(stop);
                }
                else
                {
                    if (await ofUser.AnyAsync(w => w.TokenId == row.TokenId, stop))
                        return true;
                    if (await ofUser.CountAsync(w => w.TokenId != "", stop) >= ITokenWithdrawals.MostTokens)
                        return false;
                }

                await db.InsertAsync(row, token: stop);
                return true;
            },
            stop
        );

    public Task<IReadOnlyList<Withdrawal>> WithdrawnSince(DateTimeOffset moment, CancellationToken stop) =>
        Read(async db =>
        {
            var rows = await db.GetTable<WithdrawalRow>().Where(w => w.At >= moment.UtcTicks).ToListAsync(stop);
            return (IReadOnlyList<Withdrawal>)rows.ConvertAll(WithdrawalRows.Read);
        });
}
