namespace Chatbox.Node.Identity;

/// <summary>Whose tokens are believed: those signed with the secret, or those of the authority, never both. Protocol section 2.</summary>
public sealed record JwtOptions
{
    /// <summary>Signing secret, used as its UTF-8 bytes (<c>JWT_SECRET</c>); empty when an authority signs.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Issuer with OpenID Connect discovery (<c>JWT_AUTHORITY</c>).</summary>
    public Uri? Authority { get; init; }

    /// <summary>Required <c>iss</c> (<c>JWT_ISSUER</c>); empty for the authority's own or, with a secret, for any.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Required <c>aud</c> (<c>JWT_AUDIENCE</c>); empty, with a secret only, for any.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Where the user id stands in a token (<c>JWT_USER_CLAIM</c>).</summary>
    public string UserClaim { get; init; } = TokenClaimNames.User;

    /// <summary>Where the roles stand in a token (<c>JWT_ROLES_CLAIM</c>); null for <c>roles</c>, an array that must be there.</summary>
    public string? RolesClaim { get; init; }

    /// <summary>How far other clocks may be from this node's, 0 to 5 minutes (<c>JWT_LEEWAY</c>).</summary>
    public TimeSpan Leeway { get; init; }

    /// <summary>Whether a token without <c>exp</c> is refused (<c>JWT_REQUIRE_EXP</c>).</summary>
    public bool RequireExpiry { get; init; } = true;

    /// <summary>Whether a socket's token may stand in its address (<c>WS_ALLOW_QUERY_TOKEN</c>).</summary>
    public bool AllowQueryToken { get; init; } = true;

    // A record prints its members; the secret must not reach a log that way.
    public override string ToString() => Authority is null ? "JWT by secret" : $"JWT by {Authority.Host}";
}
