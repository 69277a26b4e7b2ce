using Chatbox.Messages;

namespace Chatbox.Actors.Connections.Tokens;

/// <summary>Port to the verification of tokens that a client sends over an open socket.</summary>
public interface ITokenVerifier
{
    /// <summary>The user and expiry of a token; null for a token that is not valid now.</summary>
    Task<VerifiedToken?> Verify(string token);

    /// <summary>Whether a token has been withdrawn since it was verified, as far as this node knows. Reads memory only.</summary>
    bool IsWithdrawn(UserId user, TokenMark token) => false;
}

/// <summary>A token that was valid when it was verified.</summary>
/// <param name="ExpiresAt">When the token expires, leeway included; null if it does not.</param>
public sealed record VerifiedToken(UserId UserId, DateTimeOffset? ExpiresAt)
{
    /// <summary>The token makes the user an admin.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>Tells the token from other tokens of the user.</summary>
    public TokenMark Mark { get; init; } = TokenMark.None;
}
