using System.Text.Json;
using Chatbox.Messages;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>Signs tokens with the node's own secret: for development, for trying things out, and for operators.</summary>
public sealed class TokenIssuer(string secret, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(TokenValidator.KeyOf(secret), SecurityAlgorithms.HmacSha256);

    /// <summary>A token that is valid from now on for <paramref name="lifetime"/>, in whole seconds.</summary>
    public string Issue(UserId user, IReadOnlyCollection<string> roles, string? name, TimeSpan lifetime)
    {
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["user_id"] = user.Value,
            ["roles"] = roles,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        };
        if (name is not null)
            claims["name"] = name;
        return _handler.CreateToken(JsonSerializer.Serialize(claims), _credentials);
    }
}
