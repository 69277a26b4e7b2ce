namespace Chatbox.Node.Identity;

/// <summary>The claims of a token by name.</summary>
internal static class TokenClaimNames
{
    /// <summary>Who speaks, unless <c>JWT_USER_CLAIM</c> names another claim.</summary>
    public const string User = "user_id";

    /// <summary>What the user may do, unless <c>JWT_ROLES_CLAIM</c> names another claim.</summary>
    public const string Roles = "roles";

    public const string Name = "name";
    public const string Issuer = "iss";
    public const string Audience = "aud";
    public const string TokenId = "jti";
    public const string Expires = "exp";
    public const string NotBefore = "nbf";
    public const string IssuedAt = "iat";

    /// <summary>Claims that can be neither the user nor the roles (RFC 7519 section 4.1, without <c>sub</c>).</summary>
    public static IReadOnlySet<string> OfTheToken { get; } =
        new HashSet<string>(StringComparer.Ordinal) { Issuer, Audience, TokenId, Expires, NotBefore, IssuedAt };
}
