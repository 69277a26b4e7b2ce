using Chatbox.Actors.Index;

namespace Chatbox.Node.Identity;

/// <summary>
/// Port: withdrawals of tokens in the store of all nodes. They are kept for ever, because some tokens never expire. Each user has at most one
/// withdrawal of all tokens, which replaces earlier ones, and <see cref="MostTokens"/> withdrawals of single tokens.
/// </summary>
internal interface ITokenWithdrawals
{
    /// <summary>Maximum number of withdrawals of single tokens per user.</summary>
    const int MostTokens = 100;

    /// <summary>
    /// A withdrawal of all tokens replaces withdrawals of single tokens that are older than this: those tokens were issued earlier, even with the
    /// largest clock difference that <c>JWT_LEEWAY</c> allows.
    /// </summary>
    static readonly TimeSpan KeepTokens = TimeSpan.FromMinutes(10);

    /// <summary>Stores a withdrawal; false if the user already has the maximum number of withdrawals of single tokens.</summary>
    /// <exception cref="IndexUnavailableException">The store does not respond; the withdrawal may be stored or not.</exception>
    Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken cancellationToken);

    /// <summary>The withdrawals since a moment, inclusive.</summary>
    /// <exception cref="IndexUnavailableException">The store does not respond.</exception>
    Task<IReadOnlyList<Withdrawal>> WithdrawnSince(DateTimeOffset moment, CancellationToken cancellationToken);
}
