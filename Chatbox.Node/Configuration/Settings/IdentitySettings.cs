using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Identity;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Whose tokens are believed.</summary>
internal static class IdentitySettings
{
    public static readonly SettingSection Section = new("Identity", "JWT_", "chatbox:jwt");

    public static readonly Setting<string> Secret = Section.Add(
        "JWT_SECRET",
        Values.Secret,
        "",
        "Signing secret of HS256, HS384 and HS512 tokens: its UTF-8 bytes as they are, at least 32 of them.",
        "none in Production; otherwise made once and kept in DATA_DIR"
    );

    public static readonly Setting<Uri?> Authority = Section.Add(
        "JWT_AUTHORITY",
        NetworkValues.Endpoint,
        null,
        "Issuer of the tokens (OpenID Connect discovery); with it only RS and ES signatures by its keys are believed."
    );

    public static readonly Setting<string> Issuer = Section.Add(
        "JWT_ISSUER",
        Values.Text(255),
        "",
        "The iss that every token must carry, character by character.",
        "the issuer that JWT_AUTHORITY says it is; not checked with JWT_SECRET"
    );

    public static readonly Setting<string> Audience = Section.Add(
        "JWT_AUDIENCE",
        Values.Text(255),
        "",
        "The aud that every token must carry; needed with JWT_AUTHORITY, not checked with JWT_SECRET unless it is set."
    );

    public static readonly Setting<string> UserClaim = Section.Add(
        "JWT_USER_CLAIM",
        Values.Text(255),
        TokenClaimNames.User,
        "Claim that holds the id of the user, such as sub; dots lead into objects. The id says whose conversations are whose: changing the claim makes everybody a new user."
    );

    public static readonly Setting<string> RolesClaim = Section.Add(
        "JWT_ROLES_CLAIM",
        Values.Text(255),
        TokenClaimNames.Roles,
        "Claim that holds the roles, such as realm_access.roles or https://example.org/roles. When it is set, a token may lack the claim (no roles) and the claim may be text with spaces or commas between the roles."
    );

    public static readonly Setting<TimeSpan> Leeway = Section.Add(
        "JWT_LEEWAY",
        Values.Duration("0", "5m"),
        TimeSpan.FromSeconds(30),
        "How far the clock of whoever signs the tokens may be from this one: added to exp, and taken from nbf and iat."
    );

    public static readonly Setting<bool?> RequireExpiry = Section.Add(
        "JWT_REQUIRE_EXP",
        Values.Switch,
        null,
        "Whether a token without exp is refused.",
        "false in Development, true otherwise"
    );
}
