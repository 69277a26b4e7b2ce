using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Identity;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of token validation.</summary>
internal static class IdentitySettings
{
    public static readonly SettingSection Section = new("Identity", "JWT_", "chatbox:jwt");

    public static readonly Setting<string> Secret = Section.Add(
        "JWT_SECRET",
        Values.Secret,
        "",
        "Secret that signs HS256, HS384 and HS512 tokens. Its UTF-8 bytes are the key, at least 32 of them.",
        "none in Production; in Development generated once and kept in DATA_DIR"
    );

    public static readonly Setting<Uri?> Authority = Section.Add(
        "JWT_AUTHORITY",
        NetworkValues.Endpoint,
        null,
        "OpenID Connect issuer of the tokens. Only RS and ES signatures by its keys are then accepted."
    );

    public static readonly Setting<string> Issuer = Section.Add(
        "JWT_ISSUER",
        Values.Text(255),
        "",
        "Exact iss that every token must have.",
        "the issuer that JWT_AUTHORITY announces; not checked with JWT_SECRET"
    );

    public static readonly Setting<string> Audience = Section.Add(
        "JWT_AUDIENCE",
        Values.Text(255),
        "",
        "Audience (aud) that every token must have. Required with JWT_AUTHORITY; with JWT_SECRET checked only when set."
    );

    public static readonly Setting<string> UserClaim = Section.Add(
        "JWT_USER_CLAIM",
        Values.Text(255),
        TokenClaimNames.User,
        "Claim with the id of the user, such as sub; a dot leads into an object. Conversations belong to this id, so another claim turns everybody into a new user."
    );

    public static readonly Setting<string> RolesClaim = Section.Add(
        "JWT_ROLES_CLAIM",
        Values.Text(255),
        TokenClaimNames.Roles,
        "Claim with the roles, such as realm_access.roles or https://example.org/roles. When set, tokens may omit the claim (no roles), or list the roles as text with spaces or commas."
    );

    public static readonly Setting<TimeSpan> Leeway = Section.Add(
        "JWT_LEEWAY",
        Values.Duration("0", "5m"),
        TimeSpan.FromSeconds(30),
        "Tolerated difference between the clocks of the issuer and this node: added to exp, subtracted from nbf and iat."
    );

    public static readonly Setting<bool?> RequireExpiry = Section.Add(
        "JWT_REQUIRE_EXP",
        Values.Switch,
        null,
        "Whether to refuse tokens without exp.",
        "false in Development, true otherwise"
    );
}
