using Chatbox.Actors.Index;

namespace Chatbox.Node.Identity;

/// <summary>
/// Port: withdrawals in the nodes' store, for as long as a withdrawn token can live, and some have no end. Bounded for each user: one for
/// all tokens, which takes the place of those before it, and up to <see cref="MostTokens"/> for single ones.
/// </summary>
internal interface ITokenWithdrawals
{
    /// <summary>Withdrawals of single tokens that one user can have.</summary>
    const int MostTokens = 100;

    /// <summary>
    /// Withdrawals of single tokens this old go when all tokens are withdrawn: by then every one of them was issued earlier, however far the
    /// clocks differ that <c>JWT_LEEWAY</c> allows for.
    /// </summary>
    static readonly TimeSpan KeepTokens = TimeSpan.FromMinutes(10);

    /// <summary>Stores it, durably; false if the user has as many withdrawals of single tokens as one may have.</summary>
    /// <exception cref="IndexUnavailableException">Nothing is known about whether it is stored.</exception>
    Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken cancellationToken);

    /// <summary>Those that were decided at a moment or later.</summary>
    /// <exception cref="IndexUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<Withdrawal>> WithdrawnSince(DateTimeOffset moment, CancellationToken cancellationToken);
}
