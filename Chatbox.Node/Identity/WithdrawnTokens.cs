using System.Collections.Immutable;
using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>A withdrawal of one token of a user, or of all tokens issued before a moment.</summary>
/// <param name="TokenId">Id of the token (<c>jti</c>); null for all tokens.</param>
/// <param name="IssuedBefore">For all tokens: withdraws tokens issued earlier, and tokens without a time of issue.</param>
/// <param name="At">Time of the withdrawal.</param>
public sealed record Withdrawal(UserId UserId, string? TokenId, DateTimeOffset IssuedBefore, DateTimeOffset At);

/// <summary>
/// The withdrawals that this node knows, in memory, so that every request can check them. <see cref="WithdrawalFeed"/> keeps them up to
/// date. Thread-safe.
/// </summary>
public sealed class WithdrawnTokens
{
    private readonly Lock _gate = new();
    private volatile ImmutableDictionary<UserId, OfUser> _byUser = ImmutableDictionary<UserId, OfUser>.Empty;

    private sealed record OfUser(DateTimeOffset? IssuedBefore, ImmutableHashSet<string> TokenIds)
    {
        public static OfUser Nothing { get; } = new(null, ImmutableHashSet<string>.Empty.WithComparer(StringComparer.Ordinal));

        public OfUser With(Withdrawal withdrawal) =>
            withdrawal.TokenId is { } id ? this with { TokenIds = TokenIds.Add(id) }
            : IssuedBefore >= withdrawal.IssuedBefore ? this
            : this with { IssuedBefore = withdrawal.IssuedBefore };
    }

    /// <summary>Whether a token of the user is withdrawn.</summary>
    public bool Contains(UserId user, DateTimeOffset? issuedAt, string? tokenId) =>
        _byUser.TryGetValue(user, out var known)
        && (
            (known.IssuedBefore is { } before && (issuedAt is not { } issued || issued < before))
            || (tokenId is not null && known.TokenIds.Contains(tokenId))
        );

    /// <summary>Adds unknown withdrawals, and returns their users.</summary>
    public IReadOnlySet<UserId> Add(IEnumerable<Withdrawal> withdrawals)
    {
        var changed = new HashSet<UserId>();
        lock (_gate)
        {
            var table = _byUser.ToBuilder();
            foreach (var withdrawal in withdrawals)
            {
                var old = table.GetValueOrDefault(withdrawal.UserId, OfUser.Nothing);
                var @new = old.With(withdrawal);
                if (@new.IssuedBefore == old.IssuedBefore && @new.TokenIds.Count == old.TokenIds.Count)
                    continue;
                table[withdrawal.UserId] = @new;
                changed.Add(withdrawal.UserId);
            }

            _byUser = table.ToImmutable();
        }

        return changed;
    }
}
