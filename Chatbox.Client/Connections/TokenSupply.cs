namespace Chatbox.Client.Connections;

/// <summary>The token in use, and where the next one comes from.</summary>
/// <param name="provider">Returns a token, or null if there is none.</param>
internal sealed class TokenSupply(Func<TokenRequest, CancellationToken, ValueTask<string?>> provider, TimeProvider clock)
{
    /// <summary>A token is replaced this long before its expiry, or after half of its remaining time if that is less.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private volatile string? _current;
    private string? _refused;

    /// <summary>The token in use; null if the next connection has to ask for one.</summary>
    public string? Current => _current;

    /// <summary>The next connection asks for a token, because another person may have come.</summary>
    public void Clear() => _current = _refused = null;

    /// <summary>The server accepts this token no longer.</summary>
    public void Refuse(string token) => (_current, _refused) = (null, token);

    /// <summary>The open connection has another token of the same user, or the next one is to have it.</summary>
    public void Replace(string token) => (_current, _refused) = (token, null);

    /// <summary>The token to connect with; null if there is none but a refused one.</summary>
    public async Task<string?> Get(CancellationToken cancellationToken)
    {
        if (_current is { } good && (ClientToken.Expiry(good) is not { } expiry || expiry > clock.GetUtcNow()))
            return good;
        var refused = _refused;
        var request = new TokenRequest(refused is null ? TokenNeed.Connect : TokenNeed.Refused, refused);
        var token = await provider(request, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (token is null || token == refused)
            return null;
        _current = token;
        return token;
    }

    /// <summary>A newer token than the one in use; null if there is none yet.</summary>
    public async Task<string?> GetNewer(CancellationToken cancellationToken)
    {
        var token = await provider(new TokenRequest(TokenNeed.Expiring), cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return token is null || token == _current || !ClientToken.IsWellFormed(token) ? null : token;
    }

    /// <summary>How long to wait before <see cref="GetNewer"/>, at most a day; for ever if the token does not say when it expires.</summary>
    public TimeSpan UntilRefresh()
    {
        if (ClientToken.Expiry(_current) is not { } expiry)
            return Timeout.InfiniteTimeSpan;
        var left = expiry - clock.GetUtcNow();
        var wait = left > 2 * Early ? left - Early : left / 2;
        return TimeSpan.FromTicks(Math.Clamp(wait.Ticks, TimeSpan.TicksPerSecond, LongestWait.Ticks));
    }
}
