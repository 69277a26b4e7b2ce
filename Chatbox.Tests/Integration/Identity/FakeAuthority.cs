using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Tests.Integration.Identity;

/// <summary>An OpenID Connect authority on loopback: discovery, keys that can be changed, tokens.</summary>
internal sealed class FakeAuthority : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private int _keyRequests;

    private FakeAuthority(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>What the key set holds, as JSON objects.</summary>
    public List<string> PublicKeys { get; } = [];

    /// <summary>What discovery calls the issuer; null for the address itself.</summary>
    public string? Issuer { get; set; }

    public bool IsBroken { get; set; }

    public int KeyRequests => Volatile.Read(ref _keyRequests);

    public static async Task<FakeAuthority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var authority = new FakeAuthority(builder.Build());
        authority._app.MapGet("/.well-known/openid-configuration", authority.Discover);
        authority._app.MapGet("/keys", authority.Keys);
        await authority._app.StartAsync();
        return authority;
    }

    public SigningCredentials AddRsa(string id, string algorithm = SecurityAlgorithms.RsaSha256, int bits = 2048, string? use = "sig")
    {
        var key = new RsaSecurityKey(RSA.Create(bits)) { KeyId = id };
        var numbers = key.Rsa.ExportParameters(false);
        PublicKeys.Add(
            $$"""{"kty":"RSA","kid":"{{id}}","use":"{{use}}","alg":"{{algorithm}}","n":"{{Url(numbers.Modulus!)}}","e":"{{Url(numbers.Exponent!)}}"}"""
        );
        return new SigningCredentials(key, algorithm);
    }

    public SigningCredentials AddEcdsa(string id)
    {
        var key = new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };
        var point = key.ECDsa.ExportParameters(false).Q;
        PublicKeys.Add($$"""{"kty":"EC","kid":"{{id}}","use":"sig","crv":"P-256","x":"{{Url(point.X!)}}","y":"{{Url(point.Y!)}}"}""");
        return new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>A key that both sides would know: what a confused or hostile key set might hold.</summary>
    public SigningCredentials AddSymmetric(string id)
    {
        var bytes = Encoding.ASCII.GetBytes(new string('k', 64));
        PublicKeys.Add($$"""{"kty":"oct","kid":"{{id}}","k":"{{Url(bytes)}}"}""");
        return new SigningCredentials(new SymmetricSecurityKey(bytes) { KeyId = id }, SecurityAlgorithms.HmacSha256);
    }

    public string Sign(SigningCredentials credentials, DateTimeOffset expires, string? issuer = null, string audience = "chat") =>
        _handler.CreateToken(
            $$"""{"iss":"{{issuer ?? Address.AbsoluteUri.TrimEnd('/')}}","aud":{{audience.Quoted()}},"user_id":"u1","roles":["admin"],"exp":{{expires.ToUnixTimeSeconds()}}}""",
            credentials
        );

    private IResult Discover()
    {
        var issuer = Issuer ?? Address.AbsoluteUri.TrimEnd('/');
        return IsBroken
            ? Results.StatusCode(500)
            : Results.Text($$"""{"issuer":"{{issuer}}","jwks_uri":"{{Address}}keys"}""", "application/json");
    }

    private IResult Keys()
    {
        Interlocked.Increment(ref _keyRequests);
        return Results.Text($$"""{"keys":[{{string.Join(',', PublicKeys)}}]}""", "application/json");
    }

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal static class Audience
{
    /// <summary>One audience as text; several, separated by a bar, as an array.</summary>
    public static string Quoted(this string audience) =>
        audience.Contains('|') ? $"[{string.Join(',', audience.Split('|').Select(one => $"\"{one}\""))}]" : $"\"{audience}\"";
}
