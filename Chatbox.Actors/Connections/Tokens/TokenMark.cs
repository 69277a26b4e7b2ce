namespace Chatbox.Actors.Connections.Tokens;

/// <summary>Tells a token from other tokens of its user, so that it can be withdrawn.</summary>
/// <param name="IssuedAt">When the token was signed; null if the token does not say.</param>
/// <param name="TokenId">The token's id; null if it has none.</param>
public sealed record TokenMark(DateTimeOffset? IssuedAt, string? TokenId)
{
    /// <summary>The mark of a token with neither.</summary>
    public static TokenMark None { get; } = new(null, null);
}
