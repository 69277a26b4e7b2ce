using System.Text;
using Chatbox.Messages;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>Validates tokens: their signature here, their claims in <see cref="TokenClaims"/>. Protocol section 2.</summary>
public sealed class TokenValidator
{
    // Longer than any token that fits into a request line or header with the default limits of Kestrel.
    private const int MaxTokenLength = 16 * 1024;

    private static readonly string[] SecretAlgorithms =
    [
        SecurityAlgorithms.HmacSha256,
        SecurityAlgorithms.HmacSha384,
        SecurityAlgorithms.HmacSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxTokenLength, MapInboundClaims = false };
    private readonly JwtOptions _options;
    private readonly AuthorityKeys? _authority;
    private readonly TimeProvider _clock;
    private readonly SymmetricSecurityKey? _secret;
    private readonly WithdrawnTokens? _withdrawn;

    /// <param name="authority">Keys of the authority; required if and only if <see cref="JwtOptions.Authority"/> is set.</param>
    /// <param name="withdrawn">Withdrawn tokens; null for none.</param>
    public TokenValidator(JwtOptions options, TimeProvider clock, AuthorityKeys? authority = null, WithdrawnTokens? withdrawn = null)
    {
        _withdrawn = withdrawn;
        if (options.Authority is null == authority is not null)
            throw new ArgumentException("The keys of an authority go with its address.", nameof(authority));
        if (options.Authority is null && options.Secret.Length == 0)
            throw new ArgumentException("There is neither a secret nor an authority.", nameof(options));
        (_options, _clock, _authority) = (options, clock, authority);
        _secret = authority is null ? KeyOf(options.Secret) : null;
    }

    public async ValueTask<TokenVerdict> Validate(string? token, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(token))
            return TokenVerdict.Refuse(TokenRefusal.Missing, "no token");
        if (Read(token) is not { } jwt)
            return TokenVerdict.Refuse(TokenRefusal.Invalid, "not a signed JWT");

        if (_authority is null)
            return await Judge(jwt, SecretRulesFor(_secret!, _options));

        var keys = await _authority.Find(jwt.Kid, cancellationToken);
        return keys is null
            ? TokenVerdict.Refuse(TokenRefusal.Unavailable, "the authority's keys cannot be had")
            : await Judge(jwt, keys.RulesFor(jwt.Alg, _options.Issuer, _options.Audience));
    }

    /// <summary>Whether a valid token has been withdrawn since, as far as this node knows.</summary>
    public bool IsWithdrawn(UserId user, DateTimeOffset? issuedAt, string? tokenId) =>
        _withdrawn?.Contains(user, issuedAt, tokenId) ?? false;

    /// <summary>When a token stops being valid, which also ends its sockets; null for never.</summary>
    public DateTimeOffset? EndOf(TokenIdentity identity) =>
        identity.ExpiresAt is not { } expires ? null
        : expires > DateTimeOffset.MaxValue - _options.Leeway ? DateTimeOffset.MaxValue
        : expires + _options.Leeway;

    private JsonWebToken? Read(string token)
    {
        // A token of five parts is encrypted, which is not supported.
        if (token.Length > MaxTokenLength || token.Count(c => c == '.') != 2)
            return null;
        try
        {
            var jwt = _handler.ReadJsonWebToken(token);
            // RFC 7515, section 4.1.11: a token with unknown critical headers must be refused.
            return jwt.TryGetHeaderValue<object>("crit", out _) ? null : jwt;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private async Task<TokenVerdict> Judge(JsonWebToken jwt, TokenValidationParameters rules)
    {
        var result = await _handler.ValidateTokenAsync(jwt, rules);
        if (!result.IsValid)
            // The message of the exception quotes the token, so only its type is kept.
            return TokenVerdict.Refuse(TokenRefusal.Invalid, result.Exception?.GetType().Name ?? "not valid");
        var verdict = TokenClaims.Judge(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload), _options, _clock.GetUtcNow());
        return verdict.Identity is { } identity && IsWithdrawn(identity.UserId, identity.IssuedAt, identity.TokenId)
            ? TokenVerdict.Refuse(TokenRefusal.Withdrawn, "withdrawn")
            : verdict;
    }

    private static TokenValidationParameters SecretRulesFor(SecurityKey key, JwtOptions options) =>
        new()
        {
            ValidAlgorithms = SecretAlgorithms,
            IssuerSigningKey = key,
            RequireSignedTokens = true,
            ValidateIssuer = options.Issuer.Length > 0,
            ValidIssuer = options.Issuer,
            ValidateAudience = options.Audience.Length > 0,
            ValidAudience = options.Audience,
            // TokenClaims checks the times with the clock of the node.
            ValidateLifetime = false,
            RequireExpirationTime = false,
        };

    /// <summary>
    /// The secret as a key for all three algorithms. The library requires as many bits as the digest has; zeros at the end, up to the block
    /// size of HMAC, do not change the result (RFC 2104, section 2).
    /// </summary>
    internal static SymmetricSecurityKey KeyOf(string secret)
    {
        const int block = 64;
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < block)
            Array.Resize(ref bytes, block);
        return new SymmetricSecurityKey(bytes);
    }
}
