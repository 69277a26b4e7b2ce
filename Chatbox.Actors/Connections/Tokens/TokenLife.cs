namespace Chatbox.Actors.Connections.Tokens;

/// <summary>
/// The token under which a socket is open: when its user is warned of its expiry, and when the socket closes. Pure and immutable. Protocol
/// section 2.
/// </summary>
/// <param name="ExpiresAt">When the token expires, leeway included; null if it does not.</param>
internal sealed record TokenLife(TokenMark Mark, DateTimeOffset? ExpiresAt)
{
    /// <summary>The longest pause between two checks: a scheduler does not take years, but a token may last that long.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(12);

    /// <summary>The user was told that the token expires.</summary>
    public bool IsWarned { get; init; }

    /// <summary>How the token stands.</summary>
    public TokenCheck Check(bool isWithdrawn, DateTimeOffset now, TimeSpan leeway, TimeSpan warning)
    {
        if (isWithdrawn)
            return new TokenCheck(this, TokenStanding.Withdrawn);
        if (ExpiresAt is not { } expiresAt)
            return new TokenCheck(this, TokenStanding.Valid);
        var left = expiresAt - now;
        if (left <= TimeSpan.Zero)
            return new TokenCheck(this, TokenStanding.Expired);

        // The warning names the token's own expiry, without the leeway, which only makes up for differing clocks.
        var untilExpiry = left - leeway;
        var untilWarning = untilExpiry - warning;
        var warns = untilWarning <= TimeSpan.Zero && !IsWarned;
        var next = untilWarning > TimeSpan.Zero ? untilWarning : left;
        return new TokenCheck(warns ? this with { IsWarned = true } : this, TokenStanding.Valid)
        {
            Warning = warns ? (untilExpiry > TimeSpan.Zero ? untilExpiry : left) : null,
            CheckAfter = next < LongestPause ? next : LongestPause,
        };
    }
}

/// <summary>The result of looking at a token.</summary>
/// <param name="Next">The token from now on.</param>
internal sealed record TokenCheck(TokenLife Next, TokenStanding Standing)
{
    /// <summary>Tell the user that the token expires after this time; null if there is nothing to tell.</summary>
    public TimeSpan? Warning { get; init; }

    /// <summary>Look again after this time; null for a token that does not expire.</summary>
    public TimeSpan? CheckAfter { get; init; }
}

/// <summary>Whether a token still keeps its socket open.</summary>
internal enum TokenStanding
{
    /// <summary>It does.</summary>
    Valid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was withdrawn before its time was over.</summary>
    Withdrawn,
}
