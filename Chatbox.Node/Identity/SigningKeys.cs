using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>The public keys of an authority that may sign tokens: RSA keys of at least 2048 bits, and elliptic curves.</summary>
public sealed class SigningKeys
{
    private const int LeastRsaBits = 2048;

    private static readonly Dictionary<string, string> KeyTypes = new(StringComparer.Ordinal)
    {
        [SecurityAlgorithms.RsaSha256] = JsonWebAlgorithmsKeyTypes.RSA,
        [SecurityAlgorithms.RsaSha384] = JsonWebAlgorithmsKeyTypes.RSA,
        [SecurityAlgorithms.RsaSha512] = JsonWebAlgorithmsKeyTypes.RSA,
        [SecurityAlgorithms.EcdsaSha256] = JsonWebAlgorithmsKeyTypes.EllipticCurve,
        [SecurityAlgorithms.EcdsaSha384] = JsonWebAlgorithmsKeyTypes.EllipticCurve,
        [SecurityAlgorithms.EcdsaSha512] = JsonWebAlgorithmsKeyTypes.EllipticCurve,
    };

    private readonly string _issuer;
    private readonly IReadOnlyList<JsonWebKey> _keys;

    internal SigningKeys(string issuer, JsonWebKeySet set)
        : this(issuer, [.. set.Keys.Where(IsUsable)]) { }

    private SigningKeys(string issuer, IReadOnlyList<JsonWebKey> keys) => (_issuer, _keys) = (issuer, keys);

    internal bool Knows(string? keyId) => string.IsNullOrEmpty(keyId) || _keys.Any(key => key.Kid == keyId);

    /// <summary>The keys with the id; all keys for a token without a key id.</summary>
    internal SigningKeys For(string? keyId) =>
        string.IsNullOrEmpty(keyId) ? this : new SigningKeys(_issuer, [.. _keys.Where(key => key.Kid == keyId)]);

    /// <summary>Validation rules for a token with this algorithm. Keys for other algorithms are excluded.</summary>
    /// <param name="issuer">Required issuer; empty for the authority's own.</param>
    internal TokenValidationParameters RulesFor(string algorithm, string issuer, string audience) =>
        new()
        {
            ValidAlgorithms = KeyTypes.Keys,
            IssuerSigningKeys = _keys.Where(key =>
                KeyTypes.TryGetValue(algorithm, out var type) && key.Kty == type && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
            ),
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = true,
            ValidIssuer = issuer.Length > 0 ? issuer : _issuer,
            ValidAudience = audience,
            // TokenClaims checks the times with the clock of the node.
            ValidateLifetime = false,
            RequireExpirationTime = false,
        };

    private static bool IsUsable(JsonWebKey key) =>
        key.Use is null or "" or "sig"
        && key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA => key.KeySize >= LeastRsaBits,
            JsonWebAlgorithmsKeyTypes.EllipticCurve => true,
            _ => false,
        };
}
