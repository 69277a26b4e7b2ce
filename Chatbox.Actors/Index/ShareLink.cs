namespace Chatbox.Actors.Index;

/// <summary>A token that lets anybody read a session.</summary>
/// <param name="Token">32 hex digits.</param>
/// <param name="ExpiresAt">When the token expires; null for a token that is valid until it is revoked.</param>
public sealed record ShareLink(string Token, DateTimeOffset? ExpiresAt);

/// <summary>What sharing a session does to the expiry of its share token.</summary>
public sealed record ShareExpiry
{
    private ShareExpiry() { }

    /// <summary>An existing token keeps its expiry; a new token never expires.</summary>
    public static ShareExpiry Unchanged { get; } = new();

    /// <summary>The token is valid until it is revoked.</summary>
    public static ShareExpiry Never { get; } = new() { IsSet = true };

    /// <summary>Whether the expiry is set, to <see cref="At"/>.</summary>
    public bool IsSet { get; private init; }

    /// <summary>The new expiry; null for never.</summary>
    public DateTimeOffset? At { get; private init; }

    /// <summary>The token expires at this moment, earlier or later than before.</summary>
    public static ShareExpiry Until(DateTimeOffset moment) => new() { IsSet = true, At = moment };
}
