using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Chatbox.Benchmarks.Client;

/// <summary>Signs tokens for invented users (protocol section 2) with HS256, valid for an hour.</summary>
internal static class BenchmarkToken
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);

    public static string Sign(string secret, string user)
    {
        var expires = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                user_id = user,
                name = user,
                roles = Array.Empty<string>(),
                exp = expires,
            }
        );
        var signed = $"{Header}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}
