using System.Security.Cryptography;
using System.Text;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using Chatbox.Tests.Unit.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Identity;

public sealed class TokenValidatorTests
{
    private const string Secret = ConfigurationFixture.GoodSecret;
    private const long Now = 1_800_000_000;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(Now));

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task A_token_signed_with_the_secret_says_who_speaks(string algorithm)
    {
        var identity = await AcceptAsync(
            Sign($$"""{"user_id":"u1","name":"Ann","roles":["x","chat_admin"],"exp":{{Now + 10}}}""", algorithm)
        );
        Assert.Equal((new UserId("u1"), "Ann", true), (identity.UserId, identity.Name, identity.IsAdmin));
        Assert.Equal(["x", "chat_admin"], identity.Roles);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Now + 10), identity.ExpiresAt);
    }

    [Fact]
    public async Task A_secret_as_short_as_allowed_signs_HS512_too() =>
        Assert.NotNull(
            (
                await Validate(Sign(Claims(), "HS512", "9f86d081884c7d659a2feaa0c55ad015"), secret: "9f86d081884c7d659a2feaa0c55ad015")
            ).Identity
        );

    [Fact]
    public async Task A_secret_longer_than_a_block_is_used_whole()
    {
        var secret = string.Concat(Enumerable.Repeat(Secret, 4));
        Assert.NotNull((await Validate(Sign(Claims(), "HS256", secret), secret: secret)).Identity);
        await RefuseAsync(Sign(Claims(), "HS256", secret[..64]), secret: secret);
    }

    [Fact]
    public async Task A_nameless_user_is_called_by_the_id()
    {
        Assert.Equal("u1", (await AcceptAsync(Sign(Claims()))).Name);
        Assert.Equal("u1", (await AcceptAsync(Sign($$"""{"user_id":"u1","name":" ","roles":[],"exp":{{Now + 1}}}"""))).Name);
    }

    [Theory]
    [InlineData("[]", false)]
    [InlineData("[\"user\"]", false)]
    [InlineData("[\"Admin\"]", false)]
    [InlineData("[\"administrator\"]", false)]
    [InlineData("[\"admin\"]", true)]
    [InlineData("[\"chat_admin\"]", true)]
    public async Task Two_roles_make_an_admin(string roles, bool admin) =>
        Assert.Equal(admin, (await AcceptAsync(Sign($$"""{"user_id":"u","roles":{{roles}},"exp":{{Now + 1}}}"""))).IsAdmin);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task No_token_is_missing(string? token) => Assert.Equal(TokenRefusal.Missing, (await Validate(token)).Refusal);

    [Theory]
    [InlineData("x")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9..")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.x.y.z")]
    [InlineData("\0.\0.\0")]
    [InlineData("é.é.é")]
    public async Task What_is_no_JWT_is_invalid(string token) => await RefuseAsync(token);

    [Fact]
    public async Task A_token_beyond_all_measure_is_invalid() =>
        await RefuseAsync(Sign($$"""{"user_id":"u","roles":[],"exp":{{Now + 1}},"x":"{{new string('x', 20_000)}}"}"""));

    [Fact]
    public async Task An_unsigned_token_is_invalid()
    {
        var payload = Encode(Claims());
        foreach (var algorithm in new[] { "none", "None", "NONE", "" })
        {
            var header = Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""");
            await RefuseAsync($"{header}.{payload}.");
            await RefuseAsync($"{header}.{payload}.{Mac(Secret, "HS256", $"{header}.{payload}")}");
        }

        await RefuseAsync($"{Encode("{}")}.{payload}.{Mac(Secret, "HS256", $"{Encode("{}")}.{payload}")}");
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("hs256")]
    public async Task A_right_MAC_under_another_algorithms_name_is_invalid(string name) =>
        await RefuseAsync(SignWithHeader($$"""{"alg":"{{name}}"}""", Claims()));

    [Fact]
    public async Task A_header_that_says_another_size_than_was_used_is_invalid()
    {
        var input = $"{Encode("""{"alg":"HS512"}""")}.{Encode(Claims())}";
        await RefuseAsync($"{input}.{Mac(Secret, "HS256", input)}");
    }

    [Fact]
    public async Task A_critical_extension_that_nobody_knows_is_invalid() =>
        await RefuseAsync(SignWithHeader("""{"alg":"HS256","crit":["exp"],"exp":1}""", Claims()));

    [Fact]
    public async Task A_tampered_token_is_invalid()
    {
        var parts = Sign(Claims()).Split('.');
        var forged = Encode(Claims().Replace("u1", "u2"));
        await RefuseAsync($"{parts[0]}.{forged}.{parts[2]}");
        await RefuseAsync($"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");
        await RefuseAsync($"{parts[0]}.{parts[1]}.{parts[2][..^4]}");
        await RefuseAsync($"{parts[0]}.{parts[1]}.");
        await RefuseAsync(Sign(Claims(), secret: Secret + "x"));
    }

    [Fact]
    public async Task A_token_ends_at_its_very_second()
    {
        var token = Sign($$"""{"user_id":"u","roles":[],"exp":{{Now + 5}}}""");
        _clock.Advance(TimeSpan.FromMilliseconds(4_999));
        Assert.NotNull((await Validate(token)).Identity);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TokenRefusal.Expired, (await Validate(token)).Refusal);
    }

    [Fact]
    public async Task A_token_begins_at_its_very_second()
    {
        var token = Sign($$"""{"user_id":"u","roles":[],"exp":{{Now + 50}},"nbf":{{Now + 5}}}""");
        _clock.Advance(TimeSpan.FromMilliseconds(4_999));
        Assert.Equal(TokenRefusal.Invalid, (await Validate(token)).Refusal);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull((await Validate(token)).Identity);
    }

    [Fact]
    public async Task A_forged_token_is_invalid_even_when_it_is_old_too() =>
        await RefuseAsync(Sign($$"""{"user_id":"u","roles":[],"exp":{{Now - 5}}}""", secret: Secret + "x"));

    [Fact]
    public async Task A_token_for_ever_is_only_for_who_allows_it()
    {
        var token = Sign("""{"user_id":"u","roles":[]}""");
        await RefuseAsync(token);
        var verdict = await new TokenValidator(new JwtOptions { Secret = Secret, RequireExpiry = false }, _clock).Validate(token);
        Assert.Null(verdict.Identity!.ExpiresAt);
    }

    [Theory]
    [InlineData("""{"roles":[],"exp":E}""")]
    [InlineData("""{"sub":"u","roles":[],"exp":E}""")]
    [InlineData("""{"user_id":"","roles":[],"exp":E}""")]
    [InlineData("""{"user_id":"  ","roles":[],"exp":E}""")]
    [InlineData("""{"user_id":7,"roles":[],"exp":E}""")]
    [InlineData("""{"user_id":null,"roles":[],"exp":E}""")]
    [InlineData("""{"user_id":["u"],"roles":[],"exp":E}""")]
    [InlineData("""{"user_id":"a\nb","roles":[],"exp":E}""")]
    [InlineData("""{"user_id":"a\u0000","roles":[],"exp":E}""")]
    [InlineData("""{"user_id":"\ud800","roles":[],"exp":E}""")]
    [InlineData("""{"user_id":"u","exp":E}""")]
    [InlineData("""{"user_id":"u","roles":null,"exp":E}""")]
    [InlineData("""{"user_id":"u","roles":"admin","exp":E}""")]
    [InlineData("""{"user_id":"u","roles":["admin",1],"exp":E}""")]
    [InlineData("""{"user_id":"u","roles":{"0":"admin"},"exp":E}""")]
    [InlineData("""{"user_id":"u","roles":[],"name":5,"exp":E}""")]
    [InlineData("""{"user_id":"u","roles":[],"name":"a\u0007","exp":E}""")]
    [InlineData("""{"user_id":"u","roles":[],"exp":"E"}""")]
    [InlineData("""{"user_id":"u","roles":[],"exp":null}""")]
    [InlineData("""{"user_id":"u","roles":[],"exp":-1}""")]
    [InlineData("""{"user_id":"u","roles":[],"exp":1e300}""")]
    [InlineData("""{"user_id":"u","roles":[],"exp":E,"nbf":"now"}""")]
    [InlineData("""{"user_id":"u","user_id":"v","roles":[],"exp":E}""")]
    [InlineData("""["user_id"]""")]
    [InlineData("""{"user_id":"u","roles":[],"exp":E""")]
    public async Task A_token_with_claims_of_another_shape_is_invalid(string claims) =>
        await RefuseAsync(Sign(claims.Replace("E", $"{Now + 60}")));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task A_user_id_has_at_most_255_characters(int length, bool accepted)
    {
        var verdict = await Validate(Sign($$"""{"user_id":"{{new string('u', length)}}","roles":[],"exp":{{Now + 1}}}"""));
        Assert.Equal(accepted, verdict.Identity is not null);
    }

    [Fact]
    public async Task What_the_issuer_signs_is_believed()
    {
        var token = new TokenIssuer(Secret, _clock).Issue(new UserId("bob"), ["admin"], "Bob", TimeSpan.FromHours(1));
        var identity = await AcceptAsync(token);
        Assert.Equal((new UserId("bob"), "Bob", true), (identity.UserId, identity.Name, identity.IsAdmin));
        Assert.Equal(_clock.GetUtcNow().AddHours(1), identity.ExpiresAt);
    }

    [Fact]
    public async Task A_reason_holds_nothing_of_the_token()
    {
        var verdict = await Validate(Sign(Claims().Replace("u1", "canary"), secret: Secret + "x"));
        Assert.NotEmpty(verdict.Reason);
        Assert.DoesNotContain("canary", verdict.ToString());
        Assert.DoesNotContain("eyJ", verdict.ToString());
    }

    private static string Claims() => $$"""{"user_id":"u1","roles":[],"exp":{{Now + 60}}}""";

    private ValueTask<TokenVerdict> Validate(string? token, string secret = Secret) =>
        new TokenValidator(new JwtOptions { Secret = secret }, _clock).Validate(token);

    private async Task<TokenIdentity> AcceptAsync(string token)
    {
        var verdict = await Validate(token);
        Assert.True(verdict.Identity is not null, verdict.Reason);
        return verdict.Identity!;
    }

    private async Task RefuseAsync(string token, string secret = Secret) =>
        Assert.Equal(TokenRefusal.Invalid, (await Validate(token, secret)).Refusal);

    // Signed by hand, so that nothing of the library under test decides what is right.
    private static string Sign(string claims, string algorithm = "HS256", string secret = Secret) =>
        SignWithHeader($$"""{"alg":"{{algorithm}}","typ":"JWT"}""", claims, algorithm, secret);

    private static string SignWithHeader(string header, string claims, string algorithm = "HS256", string secret = Secret)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Mac(secret, algorithm, input)}";
    }

    private static string Mac(string secret, string algorithm, string input)
    {
        var (key, bytes) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(input));
        return Base64Url(
            algorithm switch
            {
                "HS384" => HMACSHA384.HashData(key, bytes),
                "HS512" => HMACSHA512.HashData(key, bytes),
                _ => HMACSHA256.HashData(key, bytes),
            }
        );
    }

    private static string Encode(string json) => Base64Url(Encoding.UTF8.GetBytes(json));

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
