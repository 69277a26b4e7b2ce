using System.Text.Json;
using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>Validates the claims of a token with a valid signature. Clocks may differ by <see cref="JwtOptions.Leeway"/>.</summary>
internal static class TokenClaims
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static TokenVerdict Judge(byte[] payload, JwtOptions options, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Judge(document.RootElement, options, now)
                : Invalid("payload is not an object");
        }
        catch (JsonException)
        {
            return Invalid("payload is not JSON, or names a claim twice");
        }
        catch (InvalidOperationException)
        {
            // GetString throws for a lone surrogate.
            return Invalid("a claim is not valid text");
        }
    }

    private static TokenVerdict Judge(JsonElement claims, JwtOptions options, DateTimeOffset now)
    {
        if (
            !TryReadTime(claims, TokenClaimNames.Expires, out var expires)
            || !TryReadTime(claims, TokenClaimNames.NotBefore, out var notBefore)
            || !TryReadTime(claims, TokenClaimNames.IssuedAt, out var issued)
        )
            return Invalid("exp, nbf or iat is not a time");
        if (expires is null && options.RequireExpiry)
            return Invalid("no exp");
        if (TryReadUser(claims, options.UserClaim) is not { } user)
            return Invalid($"{options.UserClaim} is not text of 1 to 255 characters");
        if (TryReadRoles(claims, options.RolesClaim) is not { } roles)
            return Invalid($"{options.RolesClaim ?? TokenClaimNames.Roles} is not a list of roles");
        if (TryReadName(claims, user) is not { } name)
            return Invalid("name is not text of at most 255 characters");
        if (notBefore is { } from && from - now > options.Leeway)
            return Invalid("not valid yet");
        if (issued is { } at && at - now > options.Leeway)
            return Invalid("issued in the future");
        if (expires is { } until && now - until >= options.Leeway)
            return TokenVerdict.Refuse(TokenRefusal.Expired, "expired");
        return TokenVerdict.Accept(
            new TokenIdentity(new UserId(user), name, roles, expires) { IssuedAt = issued, TokenId = ReadTokenId(claims) }
        );
    }

    private static string? TryReadUser(JsonElement claims, string name) =>
        ClaimPath.Find(claims, name, out var claim) == 1
        && claim.ValueKind == JsonValueKind.String
        && claim.GetString() is { } user
        && !string.IsNullOrWhiteSpace(user)
        && IsPlain(user)
            ? user
            : null;

    private static string[]? TryReadRoles(JsonElement claims, string? named)
    {
        var ways = ClaimPath.Find(claims, named ?? TokenClaimNames.Roles, out var claim);
        if (ways > 1)
            return null;
        // Other issuers omit empty claims, and write a single role or scopes as text. The claim of the protocol must be an array.
        var lenient = named is not null;
        return claim.ValueKind switch
        {
            JsonValueKind.Array when claim.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String) =>
            [
                .. claim.EnumerateArray().Select(role => role.GetString()!),
            ],
            JsonValueKind.String when lenient => SplitRoles(claim.GetString()!),
            JsonValueKind.Undefined or JsonValueKind.Null when lenient => [],
            _ => null,
        };
    }

    /// <summary>Splits roles at commas or at white space; null if the text contains both, which is ambiguous.</summary>
    private static string[]? SplitRoles(string text)
    {
        const StringSplitOptions tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        if (!text.Contains(','))
            return text.Split((char[]?)null, tidy);
        var roles = text.Split(',', tidy);
        return roles.Any(role => role.Any(char.IsWhiteSpace)) ? null : roles;
    }

    /// <summary>The id of the token; null if it is missing or invalid.</summary>
    private static string? ReadTokenId(JsonElement claims) =>
        claims.TryGetProperty(TokenClaimNames.TokenId, out var claim)
        && claim.ValueKind == JsonValueKind.String
        && claim.GetString() is { Length: > 0 } id
        && IsPlain(id)
            ? id
            : null;

    private static string? TryReadName(JsonElement claims, string user)
    {
        if (!claims.TryGetProperty(TokenClaimNames.Name, out var claim) || claim.ValueKind == JsonValueKind.Null)
            return user;
        if (claim.ValueKind != JsonValueKind.String || claim.GetString() is not { } name || !IsPlain(name))
            return null;
        return string.IsNullOrWhiteSpace(name) ? user : name;
    }

    private static bool IsPlain(string text) => text.Length <= TokenIdentity.MaxLength && !text.Any(char.IsControl);

    // RFC 7519 NumericDate: seconds, fractions allowed.
    private static bool TryReadTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var claim))
            return true;
        if (claim.ValueKind != JsonValueKind.Number || !claim.TryGetDouble(out var seconds))
            return false;
        if (!(seconds >= 0) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return false;
        time = DateTimeOffset.UnixEpoch + TimeSpan.FromTicks((long)((decimal)seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static TokenVerdict Invalid(string reason) => TokenVerdict.Refuse(TokenRefusal.Invalid, reason);
}
