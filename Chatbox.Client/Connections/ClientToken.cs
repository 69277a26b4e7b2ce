using System.Buffers.Text;
using System.Text.Json;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Connections;

/// <summary>
/// What a token claims. Nobody has checked the signature, so a claim may only hide something early, and never show or send anything: that takes
/// <c>user_id</c> in <c>connection_status</c>.
/// </summary>
internal static class ClientToken
{
    /// <summary>The user that a token claims to be of, or null.</summary>
    public static string? ClaimedUser(string? token) => Claims(token)?.UserId is { Length: > 0 } user ? user : null;

    /// <summary>When the token expires, as it claims; null if it does not say.</summary>
    public static DateTimeOffset? Expiry(string? token) =>
        Claims(token)?.Exp is { } seconds and > 0 and < 253_402_300_800 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>Whether the token has only characters that a header can hold.</summary>
    public static bool IsWellFormed(string token) => token.Length > 0 && token.All(c => c is > ' ' and < '\x7f');

    private static TokenClaimsBody? Claims(string? token)
    {
        if (token?.Split('.') is not [_, var payload, _])
            return null;
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), ClientJson.Default.TokenClaimsBody);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
