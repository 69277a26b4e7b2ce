using System.Text.Json;
using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>The claims of a token whose signature holds. Times without leeway.</summary>
internal static class TokenClaims
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static TokenVerdict Judge(byte[] payload, bool requireExpiry, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Judge(document.RootElement, requireExpiry, now)
                : Invalid("payload is not an object");
        }
        catch (JsonException)
        {
            return Invalid("payload is not JSON, or names a claim twice");
        }
        catch (InvalidOperationException)
        {
            // GetString, of half a surrogate pair.
            return Invalid("a claim is not valid text");
        }
    }

    private static TokenVerdict Judge(JsonElement claims, bool requireExpiry, DateTimeOffset now)
    {
        if (!TryReadTime(claims, "exp", out var expires) || !TryReadTime(claims, "nbf", out var notBefore))
            return Invalid("exp or nbf is not a time");
        if (expires is null && requireExpiry)
            return Invalid("no exp");
        if (TryReadUser(claims) is not { } user)
            return Invalid("user_id is not text of 1 to 255 characters");
        if (TryReadRoles(claims) is not { } roles)
            return Invalid("roles is not an array of text");
        if (TryReadName(claims, user) is not { } name)
            return Invalid("name is not text of at most 255 characters");
        if (notBefore is { } from && now < from)
            return Invalid("not valid yet");
        if (expires is { } until && now >= until)
            return TokenVerdict.Refuse(TokenRefusal.Expired, "expired");
        return TokenVerdict.Accept(new TokenIdentity(new UserId(user), name, roles, expires));
    }

    private static string? TryReadUser(JsonElement claims) =>
        claims.TryGetProperty("user_id", out var claim)
        && claim.ValueKind == JsonValueKind.String
        && claim.GetString() is { } user
        && !string.IsNullOrWhiteSpace(user)
        && IsPlain(user)
            ? user
            : null;

    private static string[]? TryReadRoles(JsonElement claims) =>
        claims.TryGetProperty("roles", out var claim)
        && claim.ValueKind == JsonValueKind.Array
        && claim.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String)
            ? [.. claim.EnumerateArray().Select(role => role.GetString()!)]
            : null;

    private static string? TryReadName(JsonElement claims, string user)
    {
        if (!claims.TryGetProperty("name", out var claim) || claim.ValueKind == JsonValueKind.Null)
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
