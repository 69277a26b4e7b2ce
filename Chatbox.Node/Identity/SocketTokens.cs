using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>Validates tokens that clients send over an open socket, by the same rules as tokens that open a socket.</summary>
internal sealed class SocketTokens(TokenValidator tokens) : ITokenVerifier
{
    public async Task<VerifiedToken?> Verify(string token)
    {
        var verdict = await tokens.Validate(token);
        return verdict.Identity is { } identity
            ? new VerifiedToken(identity.UserId, tokens.EndOf(identity))
            {
                Mark = new TokenMark(identity.IssuedAt, identity.TokenId),
                IsAdmin = identity.IsAdmin,
            }
            : null;
    }

    public bool IsWithdrawn(UserId user, TokenMark token) => tokens.IsWithdrawn(user, token.IssuedAt, token.TokenId);
}
