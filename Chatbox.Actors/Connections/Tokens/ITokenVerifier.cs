using Chatbox.Messages;

namespace Chatbox.Actors.Connections.Tokens;

/// <summary>Port: checks the tokens that come over an open socket.</summary>
public interface ITokenVerifier
{
    /// <summary>Whose token it is, or null for one that is not valid now.</summary>
    Task<VerifiedToken?> Verify(string token);

    /// <summary>Whether a token that was valid has been withdrawn since, as far as this node knows. Looks into memory only.</summary>
    bool IsWithdrawn(UserId user, TokenMark token) => false;
}

/// <summary>A token that is valid now.</summary>
/// <param name="ExpiresAt">When it loses its force; null for one that does not.</param>
public sealed record VerifiedToken(UserId UserId, DateTimeOffset? ExpiresAt)
{
    public TokenMark Mark { get; init; } = TokenMark.None;
}
