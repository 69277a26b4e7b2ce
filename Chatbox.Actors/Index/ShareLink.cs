namespace Chatbox.Actors.Index;

/// <summary>A token that lets anybody read a session.</summary>
/// <param name="Token">32 hex digits.</param>
/// <param name="ExpiresAt">When it stops leading anywhere; null for a token that is good until it is revoked.</param>
public sealed record ShareLink(string Token, DateTimeOffset? ExpiresAt);

/// <summary>What becomes of the expiry when a session is shared.</summary>
public sealed record ShareExpiry
{
    private ShareExpiry() { }

    /// <summary>A share that there is keeps its expiry; a new one has none.</summary>
    public static ShareExpiry Unchanged { get; } = new();

    /// <summary>The share is good until it is revoked.</summary>
    public static ShareExpiry Never { get; } = new() { IsSet = true };

    /// <summary>Whether the expiry is set, to <see cref="At"/>.</summary>
    public bool IsSet { get; private init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? At { get; private init; }

    /// <summary>The share ends then, sooner or later than it did.</summary>
    public static ShareExpiry Until(DateTimeOffset moment) => new() { IsSet = true, At = moment };
}
