using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Tests.Harness;

/// <summary>
/// Builds valid and invalid tokens. Written by hand after RFC 7519, so that the tests do not depend on the code under test.
/// </summary>
internal static class Jwt
{
    public static string Sign(string claims, string algorithm = "HS256", string secret = TestNode.Secret)
    {
        var signed = $"{Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{Encode(claims)}";
        var (key, text) = (Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed));
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, text),
            "HS384" => HMACSHA384.HashData(key, text),
            "HS512" => HMACSHA512.HashData(key, text),
            "none" => [],
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
