using Chatbox.Node.Identity;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Withdrawn tokens, in a table beside the index; the index creates the table.</summary>
internal sealed class SqlWithdrawals(IndexDatabase database) : ITokenWithdrawals
{
    private readonly SqlIndexAccess _access = new(database);

    public Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken cancellationToken) =>
        _access.Write(
            // Locks by the user's id. A session with the same id would only make both wait for each other.
            [withdrawal.UserId.Value],
            async db =>
            {
                var row = WithdrawalRows.Of(withdrawal);
                var ofUser = db.GetTable<WithdrawalRow>().Where(w => w.UserId == row.UserId);
                if (withdrawal.TokenId is null)
                {
                    var latest = await ofUser
                        .Where(w => w.TokenId == "")
                        .Select(w => w.IssuedBefore)
                        .FirstOrDefaultAsync(cancellationToken);
                    row = row with { IssuedBefore = Math.Max(row.IssuedBefore, latest) };
                    var old = row.At - ITokenWithdrawals.KeepTokens.Ticks;
                    await ofUser.Where(w => w.TokenId == "" || w.At < old).DeleteAsync(cancellationToken);
                }
                else
                {
                    if (await ofUser.AnyAsync(w => w.TokenId == row.TokenId, cancellationToken))
                        return true;
                    if (await ofUser.CountAsync(w => w.TokenId != "", cancellationToken) >= ITokenWithdrawals.MostTokens)
                        return false;
                }

                await db.InsertAsync(row, token: cancellationToken);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Withdrawal>> WithdrawnSince(DateTimeOffset moment, CancellationToken cancellationToken) =>
        _access.Read(async db =>
        {
            var rows = await db.GetTable<WithdrawalRow>().Where(w => w.At >= moment.UtcTicks).ToListAsync(cancellationToken);
            return (IReadOnlyList<Withdrawal>)rows.ConvertAll(WithdrawalRows.Read);
        });
}
