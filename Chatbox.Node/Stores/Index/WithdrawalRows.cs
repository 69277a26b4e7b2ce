using Chatbox.Messages;
using Chatbox.Node.Identity;

namespace Chatbox.Node.Stores.Index;

/// <summary>Converts withdrawals to rows and back.</summary>
internal static class WithdrawalRows
{
    public static WithdrawalRow Of(Withdrawal withdrawal) =>
        new()
        {
            UserId = withdrawal.UserId.Value,
            TokenId = withdrawal.TokenId ?? "",
            IssuedBefore = withdrawal.IssuedBefore.UtcTicks,
            At = withdrawal.At.UtcTicks,
        };

    public static Withdrawal Read(WithdrawalRow row) =>
        new(
            new UserId(row.UserId),
            row.TokenId.Length == 0 ? null : row.TokenId,
            IndexRowReader.Moment(row.IssuedBefore),
            IndexRowReader.Moment(row.At)
        );
}
