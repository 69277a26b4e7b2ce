using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Tests.Integration.Identity;

public sealed class AuthorityTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly HttpClient _http = new();
    private FakeAuthority _authority = null!;
    private AuthorityKeys _keys = null!;
    private TokenValidator _validator = null!;

    private DateTimeOffset Later => _clock.GetUtcNow().AddHours(5);

    public async Task InitializeAsync()
    {
        _authority = await FakeAuthority.StartAsync();
        _keys = new AuthorityKeys(_authority.Address, _http, _clock, NullLogger<AuthorityKeys>.Instance);
        _validator = new TokenValidator(new JwtOptions { Authority = _authority.Address, Audience = "chat" }, _clock, _keys);
    }

    public async Task DisposeAsync()
    {
        _keys.Dispose();
        _http.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_of_the_authority_are_believed_RS256_and_ES256()
    {
        var rsa = _authority.AddRsa("r1");
        var ecdsa = _authority.AddEcdsa("e1");
        await AcceptAsync(_authority.Sign(rsa, Later));
        await AcceptAsync(_authority.Sign(ecdsa, Later));
        await AcceptAsync(_authority.Sign(ecdsa, Later, audience: "other|chat"));
        Assert.Equal(1, _authority.KeyRequests);
    }

    [Fact]
    public async Task A_token_that_names_no_key_is_tried_with_all()
    {
        var credentials = _authority.AddRsa("r1");
        _authority.AddRsa("r2");
        credentials.Key.KeyId = null;
        await AcceptAsync(_authority.Sign(credentials, Later));
    }

    [Fact]
    public async Task A_new_key_is_found_and_an_old_one_forgotten()
    {
        var old = _authority.AddRsa("old");
        await AcceptAsync(_authority.Sign(old, Later));

        _authority.PublicKeys.Clear();
        var fresh = _authority.AddEcdsa("new");
        _clock.Advance(AuthorityKeys.LeastInterval);
        await AcceptAsync(_authority.Sign(fresh, Later));
        await RefuseAsync(_authority.Sign(old, Later));
    }

    [Fact]
    public async Task A_withdrawn_key_is_forgotten_although_no_new_one_is_used()
    {
        var credentials = _authority.AddRsa("r1");
        await AcceptAsync(_authority.Sign(credentials, Later));
        _authority.PublicKeys.Clear();
        _clock.Advance(AuthorityKeys.MaxAge);
        await RefuseAsync(_authority.Sign(credentials, Later));
    }

    [Fact]
    public async Task Made_up_key_ids_do_not_make_us_a_burden()
    {
        await AcceptAsync(_authority.Sign(_authority.AddRsa("r1"), Later));
        for (var i = 0; i < 20; i++)
        {
            using var rsa = RSA.Create(2048);
            await RefuseAsync(_authority.Sign(new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = $"x{i}" }, "RS256"), Later));
        }

        Assert.Equal(1, _authority.KeyRequests);
    }

    [Fact]
    public async Task Many_at_once_ask_the_authority_once()
    {
        var token = _authority.Sign(_authority.AddRsa("r1"), Later);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _validator.Validate(token).AsTask()));
        Assert.All(verdicts, verdict => Assert.NotNull(verdict.Identity));
        Assert.Equal(1, _authority.KeyRequests);
    }

    [Fact]
    public async Task An_authority_that_is_down_is_our_failure_and_is_asked_again()
    {
        var token = _authority.Sign(_authority.AddRsa("r1"), Later);
        _authority.IsBroken = true;
        Assert.Equal(TokenRefusal.Unavailable, (await _validator.Validate(token)).Refusal);
        _authority.IsBroken = false;
        _clock.Advance(AuthorityKeys.LeastInterval);
        await AcceptAsync(token);
    }

    [Fact]
    public async Task Known_keys_outlive_an_authority_that_is_down()
    {
        var token = _authority.Sign(_authority.AddRsa("r1"), Later);
        await AcceptAsync(token);
        _authority.IsBroken = true;
        _clock.Advance(AuthorityKeys.MaxAge);
        await AcceptAsync(token);
    }

    [Fact]
    public async Task A_discovery_document_about_somebody_else_is_not_used()
    {
        _authority.Issuer = "https://evil.example";
        var token = _authority.Sign(_authority.AddRsa("r1"), Later, issuer: "https://evil.example");
        Assert.Equal(TokenRefusal.Unavailable, (await _validator.Validate(token)).Refusal);
    }

    [Fact]
    public async Task Another_issuer_audience_or_no_audience_is_invalid()
    {
        var credentials = _authority.AddRsa("r1");
        await RefuseAsync(_authority.Sign(credentials, Later, issuer: "https://evil.example"));
        await RefuseAsync(_authority.Sign(credentials, Later, audience: "other"));
        await RefuseAsync(_authority.Sign(credentials, Later, audience: ""));
    }

    [Fact]
    public async Task An_expired_token_is_expired()
    {
        var token = _authority.Sign(_authority.AddRsa("r1"), _clock.GetUtcNow());
        Assert.Equal(TokenRefusal.Expired, (await _validator.Validate(token)).Refusal);
    }

    [Fact]
    public async Task A_public_key_is_no_HMAC_secret()
    {
        var credentials = _authority.AddRsa("r1");
        var rsa = ((RsaSecurityKey)credentials.Key).Rsa;
        foreach (var bytes in new[] { rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()) })
            await RefuseAsync(_authority.Sign(new SigningCredentials(new SymmetricSecurityKey(bytes) { KeyId = "r1" }, "HS256"), Later));
        await RefuseAsync(_authority.Sign(_authority.AddSymmetric("s1"), Later));
    }

    [Fact]
    public async Task A_symmetric_key_in_the_set_is_not_used()
    {
        var credentials = _authority.AddSymmetric("s1");
        await RefuseAsync(_authority.Sign(credentials, Later));
    }

    [Fact]
    public async Task An_unsigned_token_is_invalid()
    {
        var parts = _authority.Sign(_authority.AddRsa("r1"), Later).Split('.');
        var header = Base64UrlEncoder.Encode("""{"alg":"none","kid":"r1"}""");
        await RefuseAsync($"{header}.{parts[1]}.");
        await RefuseAsync($"{header}.{parts[1]}.{parts[2]}");
    }

    [Fact]
    public async Task Keys_for_encryption_too_small_or_for_another_algorithm_are_not_used()
    {
        await RefuseAsync(_authority.Sign(_authority.AddRsa("enc", use: "enc"), Later));
        _clock.Advance(AuthorityKeys.LeastInterval);
        await RefuseAsync(_authority.Sign(_authority.AddRsa("small", bits: 1024), Later));
        _clock.Advance(AuthorityKeys.LeastInterval);
        var other = _authority.AddRsa("other", algorithm: "RS512");
        await RefuseAsync(_authority.Sign(new SigningCredentials(other.Key, "RS256"), Later));
        await AcceptAsync(_authority.Sign(other, Later));
        _clock.Advance(AuthorityKeys.LeastInterval);
        var pss = _authority.AddRsa("pss", algorithm: "PS256");
        await RefuseAsync(_authority.Sign(pss, Later));
    }

    [Fact]
    public void A_secret_beside_an_authority_is_a_programming_error() =>
        Assert.Throws<ArgumentException>(() => new TokenValidator(new JwtOptions { Authority = _authority.Address }, _clock));

    private async Task AcceptAsync(string token)
    {
        var verdict = await _validator.Validate(token);
        Assert.True(verdict.Identity is { UserId.Value: "u1", IsAdmin: true }, verdict.Reason);
    }

    private async Task RefuseAsync(string token) => Assert.Equal(TokenRefusal.Invalid, (await _validator.Validate(token)).Refusal);
}
