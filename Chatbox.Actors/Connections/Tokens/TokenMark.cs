namespace Chatbox.Actors.Connections.Tokens;

/// <summary>What tells a token from others of its user, so that it can be withdrawn.</summary>
/// <param name="IssuedAt">When it was signed; null if it does not say.</param>
/// <param name="TokenId">Its own id; null if it has none.</param>
public sealed record TokenMark(DateTimeOffset? IssuedAt, string? TokenId)
{
    /// <summary>A token that says nothing of itself.</summary>
    public static TokenMark None { get; } = new(null, null);
}
