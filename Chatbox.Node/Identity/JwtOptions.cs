namespace Chatbox.Node.Identity;

/// <summary>Options of token validation. Tokens are signed with the secret or by the authority, never both. Protocol section 2.</summary>
public sealed record JwtOptions
{
    /// <summary>Signing secret, whose UTF-8 bytes are the key (<c>JWT_SECRET</c>); empty when an authority signs.</summary>
    public string Secret { get; init; } = "";

    /// <summary>OpenID Connect issuer (<c>JWT_AUTHORITY</c>); null when the secret signs.</summary>
    public Uri? Authority { get; init; }

    /// <summary>Required <c>iss</c> (<c>JWT_ISSUER</c>); empty for the authority's own issuer or, with a secret, for any issuer.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Required <c>aud</c> (<c>JWT_AUDIENCE</c>); empty for any audience, which only a secret allows.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Claim with the user id (<c>JWT_USER_CLAIM</c>).</summary>
    public string UserClaim { get; init; } = TokenClaimNames.User;

    /// <summary>Claim with the roles (<c>JWT_ROLES_CLAIM</c>); null for <c>roles</c>, an array that every token must have.</summary>
    public string? RolesClaim { get; init; }

    /// <summary>Tolerated clock difference, 0 to 5 minutes (<c>JWT_LEEWAY</c>).</summary>
    public TimeSpan Leeway { get; init; }

    /// <summary>Whether tokens without <c>exp</c> are refused (<c>JWT_REQUIRE_EXP</c>).</summary>
    public bool RequireExpiry { get; init; } = true;

    /// <summary>Whether a socket may pass its token in the address (<c>WS_ALLOW_QUERY_TOKEN</c>).</summary>
    public bool AllowQueryToken { get; init; } = true;

    // The generated text of a record would put the secret into logs.
    public override string ToString() => Authority is null ? "JWT by secret" : $"JWT by {Authority.Host}";
}
