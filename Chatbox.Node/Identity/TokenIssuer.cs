using System.Text.Json;
using Chatbox.Messages;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>Signs tokens with the secret of the node, for development and for operators.</summary>
public sealed class TokenIssuer(JwtOptions options, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(TokenValidator.KeyOf(options.Secret), SecurityAlgorithms.HmacSha256);

    public TokenIssuer(string secret, TimeProvider clock)
        : this(new JwtOptions { Secret = secret }, clock) { }

    /// <summary>Signs a token that is valid for <paramref name="lifetime"/> from now on, in whole seconds.</summary>
    public string Issue(UserId user, IReadOnlyCollection<string> roles, string? name, TimeSpan lifetime)
    {
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            [TokenClaimNames.TokenId] = Guid.NewGuid().ToString("n"),
            [TokenClaimNames.IssuedAt] = now.ToUnixTimeSeconds(),
            [TokenClaimNames.Expires] = (now + lifetime).ToUnixTimeSeconds(),
        };
        if (options.Issuer.Length > 0)
            claims[TokenClaimNames.Issuer] = options.Issuer;
        if (options.Audience.Length > 0)
            claims[TokenClaimNames.Audience] = options.Audience;
        if (name is not null)
            claims[TokenClaimNames.Name] = name;
        // Claims with dots in their names: reading them as paths finds nothing else in this token.
        claims[options.RolesClaim ?? TokenClaimNames.Roles] = roles;
        claims[options.UserClaim] = user.Value;
        return _handler.CreateToken(JsonSerializer.Serialize(claims), _credentials);
    }
}
