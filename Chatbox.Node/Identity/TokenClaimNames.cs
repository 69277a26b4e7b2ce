namespace Chatbox.Node.Identity;

/// <summary>Names of claims.</summary>
internal static class TokenClaimNames
{
    /// <summary>The id of the user, unless <c>JWT_USER_CLAIM</c> names another claim.</summary>
    public const string User = "user_id";

    /// <summary>The roles of the user, unless <c>JWT_ROLES_CLAIM</c> names another claim.</summary>
    public const string Roles = "roles";

    public const string Name = "name";
    public const string Issuer = "iss";
    public const string Audience = "aud";
    public const string TokenId = "jti";
    public const string Expires = "exp";
    public const string NotBefore = "nbf";
    public const string IssuedAt = "iat";

    /// <summary>Claims about the token, which cannot contain the user or the roles (RFC 7519, section 4.1, without <c>sub</c>).</summary>
    public static IReadOnlySet<string> OfTheToken { get; } =
        new HashSet<string>(StringComparer.Ordinal) { Issuer, Audience, TokenId, Expires, NotBefore, IssuedAt };
}
