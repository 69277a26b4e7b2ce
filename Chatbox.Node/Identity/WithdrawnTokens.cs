using System.Collections.Immutable;
using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>Tokens of a user that are no longer believed: one of them, or all that were issued before a moment.</summary>
/// <param name="TokenId">The one token (<c>jti</c>); null for all.</param>
/// <param name="IssuedBefore">Of all tokens, those that were issued earlier, or do not say when they were.</param>
/// <param name="At">When it was decided.</param>
public sealed record Withdrawal(UserId UserId, string? TokenId, DateTimeOffset IssuedBefore, DateTimeOffset At);

/// <summary>
/// Every withdrawal that this node knows of. A look costs a look into a table in memory, so that every request can afford one;
/// <see cref="WithdrawalFeed"/> keeps the table up to date. Safe for many threads.
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

    /// <summary>Whether this token of the user is withdrawn.</summary>
    public bool Contains(UserId user, DateTimeOffset? issuedAt, string? tokenId) =>
        _byUser.TryGetValue(user, out var known)
        && (
            (known.IssuedBefore is { } before && (issuedAt is not { } issued || issued < before))
            || (tokenId is not null && known.TokenIds.Contains(tokenId))
        );

    /// <summary>Adds what is not known yet; the users about whom there was something new.</summary>
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
