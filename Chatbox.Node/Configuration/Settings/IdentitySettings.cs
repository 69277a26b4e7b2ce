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

    public static readonly Setting<string> Audience = Section.Add(
        "JWT_AUDIENCE",
        Values.Text(255),
        "",
        "The aud that tokens of JWT_AUTHORITY must carry."
    );

    public static readonly Setting<bool?> RequireExpiry = Section.Add(
        "JWT_REQUIRE_EXP",
        Values.Switch,
        null,
        "Whether a token without exp is refused.",
        "false in Development, true otherwise"
    );
}
