using Chatbox.Messages;
using Chatbox.Node.Identity;
using Chatbox.Tests.Unit.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Identity;

/// <summary>Claims under other names, issuers and audiences of a secret, and clocks that differ.</summary>
public sealed class TokenClaimTests
{
    private const long Now = 1_800_000_000;
    private const string Keycloak =
        """{"iss":"https://idp.example/realms/r","aud":"chatbox","sub":"0e4c","preferred_username":"alice","name":"Alice","realm_access":{"roles":["chat_admin"]},"exp":4102444800}""";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(Now));

    private static readonly JwtOptions Options = new() { Secret = ConfigurationFixture.GoodSecret, RequireExpiry = false };

    [Fact]
    public async Task Token_of_keycloak_is_believed_when_its_claims_are_named()
    {
        Assert.Equal(TokenRefusal.Invalid, (await Judge(Keycloak, Options)).Refusal);

        var named = Options with
        {
            UserClaim = "sub",
            RolesClaim = "realm_access.roles",
            Issuer = "https://idp.example/realms/r",
            Audience = "chatbox",
        };
        var identity = (await Judge(Keycloak, named)).Identity!;
        Assert.Equal((new UserId("0e4c"), "Alice", true), (identity.UserId, identity.Name, identity.IsAdmin));
    }

    [Theory]
    [InlineData("""{"u":"x","https://example.org/roles":["admin"]}""", "https://example.org/roles", "admin")]
    [InlineData("""{"u":"x","https://example.org/app.v2/roles":["a","b"]}""", "https://example.org/app.v2/roles", "a|b")]
    [InlineData(
        """{"u":"x","resource_access":{"chat.example.org":{"roles":["admin"]}}}""",
        "resource_access.chat.example.org.roles",
        "admin"
    )]
    [InlineData("""{"u":"x","a":{"b":{"c":"one two"}}}""", "a.b.c", "one|two")]
    [InlineData("""{"u":"x","a":{"b":1},"a.b":{"c":["r"]}}""", "a.b.c", "r")]
    [InlineData("""{"u":"x","r":"one, two,three"}""", "r", "one|two|three")]
    [InlineData("""{"u":"x","r":" admin "}""", "r", "admin")]
    [InlineData("""{"u":"x","r":["deputy admin","a,b"]}""", "r", "deputy admin|a,b")]
    [InlineData("""{"u":"x","r":""}""", "r", "")]
    [InlineData("""{"u":"x","r":null}""", "r", "")]
    [InlineData("""{"u":"x"}""", "realm_access.roles", "")]
    [InlineData("""{"u":"x","realm_access":{}}""", "realm_access.roles", "")]
    [InlineData("""{"u":"x","realm_access":["roles"]}""", "realm_access.roles", "")]
    public async Task Roles_are_found_where_the_setting_says(string claims, string name, string roles)
    {
        var verdict = await Judge(claims, Options with { UserClaim = "u", RolesClaim = name });
        Assert.Equal(roles, string.Join('|', verdict.Identity!.Roles));
    }

    [Theory]
    [InlineData("""{"u":"x","r":"deputy admin, user"}""")]
    [InlineData("""{"u":"x","r":["admin",1]}""")]
    [InlineData("""{"u":"x","r":7}""")]
    [InlineData("""{"u":"x","r":{"0":"admin"}}""")]
    [InlineData("""{"u":"x","r":true}""")]
    public async Task Roles_of_a_shape_that_can_mean_several_things_are_refused(string claims) =>
        Assert.Equal(TokenRefusal.Invalid, (await Judge(claims, Options with { UserClaim = "u", RolesClaim = "r" })).Refusal);

    [Theory]
    [InlineData("""{"u":"x","a.r":["user"],"a":{"r":["admin"]}}""")]
    [InlineData("""{"u":"x","a.b":{"r":["user"]},"a":{"b.r":["admin"]}}""")]
    public async Task Token_in_which_the_name_leads_to_two_claims_is_refused(string claims)
    {
        var name = claims.Contains("a.b") ? "a.b.r" : "a.r";
        Assert.Equal(TokenRefusal.Invalid, (await Judge(claims, Options with { UserClaim = "u", RolesClaim = name })).Refusal);
    }

    [Theory]
    [InlineData("""{"user_id":"x","roles":"admin"}""")]
    [InlineData("""{"user_id":"x"}""")]
    [InlineData("""{"user_id":"x","roles":null}""")]
    public async Task Without_the_setting_roles_are_an_array_that_is_there(string claims)
    {
        Assert.Equal(TokenRefusal.Invalid, (await Judge(claims, Options)).Refusal);
        Assert.NotNull((await Judge(claims, Options with { RolesClaim = "roles" })).Identity);
    }

    [Theory]
    [InlineData("""{"user":{"id":"x"},"roles":[]}""", true)]
    [InlineData("""{"user":{"id":7},"roles":[]}""", false)]
    [InlineData("""{"user":"x","roles":[]}""", false)]
    [InlineData("""{"user":{"id":"x"},"user.id":"y","roles":[]}""", false)]
    [InlineData("""{"user_id":"x","roles":[]}""", false)]
    public async Task User_is_found_where_the_setting_says_and_nowhere_else(string claims, bool accepted) =>
        Assert.Equal(accepted, (await Judge(claims, Options with { UserClaim = "user.id" })).Identity is not null);

    [Theory]
    [InlineData("\"iss\":\"https://a.example\",\"aud\":\"chat\"", true)]
    [InlineData("\"iss\":\"https://a.example\",\"aud\":[\"other\",\"chat\"]", true)]
    [InlineData("\"iss\":\"https://a.example/\",\"aud\":\"chat\"", false)]
    [InlineData("\"iss\":\"https://b.example\",\"aud\":\"chat\"", false)]
    [InlineData("\"iss\":[\"https://a.example\"],\"aud\":\"chat\"", false)]
    [InlineData("\"aud\":\"chat\"", false)]
    [InlineData("\"iss\":\"https://a.example\"", false)]
    [InlineData("\"iss\":\"https://a.example\",\"aud\":\"Chat\"", false)]
    [InlineData("\"iss\":\"https://a.example\",\"aud\":\"chatter\"", false)]
    [InlineData("\"iss\":\"https://a.example\",\"aud\":[]", false)]
    public async Task With_a_secret_issuer_and_audience_are_checked_when_they_are_set(string claims, bool accepted)
    {
        var token = $$"""{"user_id":"x","roles":[],{{claims}}}""";
        if (!claims.Contains("\"iss\":["))
            Assert.NotNull((await Judge(token, Options)).Identity);
        var strict = await Judge(token, Options with { Issuer = "https://a.example", Audience = "chat" });
        Assert.Equal(accepted, strict.Identity is not null);
    }

    [Theory]
    [InlineData("\"exp\":E-30", false)]
    [InlineData("\"exp\":E-29", true)]
    [InlineData("\"nbf\":E+30", true)]
    [InlineData("\"nbf\":E+31", false)]
    [InlineData("\"iat\":E+30", true)]
    [InlineData("\"iat\":E+31", false)]
    [InlineData("\"iat\":\"E\"", false)]
    [InlineData("\"exp\":253402300799", true)]
    public async Task Clocks_may_differ_by_the_leeway_and_no_more(string claim, bool accepted)
    {
        var sum = System.Text.RegularExpressions.Regex.Replace(
            claim,
            @"E([+-]\d+)?",
            match => $"{Now + (match.Groups[1].Success ? long.Parse(match.Groups[1].Value) : 0)}"
        );
        var options = Options with { Leeway = TimeSpan.FromSeconds(30) };
        var verdict = await Judge($$"""{"user_id":"x","roles":[],{{sum}}}""", options);

        Assert.Equal(accepted, verdict.Identity is not null);
        if (verdict.Identity is { ExpiresAt: not null } identity)
            Assert.True(new TokenValidator(options, _clock).EndOf(identity) > _clock.GetUtcNow());
    }

    [Theory]
    [InlineData("sub", "realm_access.roles")]
    [InlineData("https://example.org/user", "https://example.org/roles")]
    [InlineData("user_id", null)]
    [InlineData("name", "scope")]
    public async Task What_the_issuer_signs_is_believed_under_any_names(string user, string? roles)
    {
        var options = Options with { UserClaim = user, RolesClaim = roles, Issuer = "us", Audience = "chat" };
        var token = new TokenIssuer(options, _clock).Issue(new UserId("bob"), ["admin"], "Bob", TimeSpan.FromHours(1));
        var identity = (await new TokenValidator(options, _clock).Validate(token)).Identity!;

        Assert.Equal((new UserId("bob"), true), (identity.UserId, identity.IsAdmin));
        Assert.Equal(_clock.GetUtcNow(), identity.IssuedAt);
        Assert.NotNull(identity.TokenId);
    }

    [Fact]
    public void Settings_reach_the_validator()
    {
        using var fixture = new ConfigurationFixture();
        var jwt = fixture
            .WithFile(
                "[chatbox.jwt]\nuser_claim = 'sub'\nroles_claim = 'https://example.org/roles'\nissuer = 'us'\naudience = 'chat'\nleeway = '5s'"
            )
            .Load()
            .Jwt;
        Assert.Equal(("sub", "https://example.org/roles", "us", "chat"), (jwt.UserClaim, jwt.RolesClaim, jwt.Issuer, jwt.Audience));
        Assert.Equal(TimeSpan.FromSeconds(5), jwt.Leeway);

        var defaults = new ConfigurationFixture().Load().Jwt;
        Assert.Equal(
            ("user_id", null, "", "", TimeSpan.FromSeconds(30)),
            (defaults.UserClaim, defaults.RolesClaim, defaults.Issuer, defaults.Audience, defaults.Leeway)
        );
    }

    [Theory]
    [InlineData("JWT_LEEWAY", "5m1s")]
    [InlineData("JWT_LEEWAY", "-1s")]
    [InlineData("JWT_USER_CLAIM", "exp")]
    [InlineData("JWT_USER_CLAIM", "roles")]
    [InlineData("JWT_ROLES_CLAIM", "jti")]
    [InlineData("ALLOWED_HOSTS", "https://chat.example.org")]
    [InlineData("ALLOWED_HOSTS", "chat.example.org:8443")]
    [InlineData("ALLOWED_HOSTS", "chat.*.org")]
    [InlineData("ALLOWED_HOSTS", "*.10.0.0.1")]
    public void Setting_that_cannot_be_meant_is_refused_by_its_name(string key, string value)
    {
        using var fixture = new ConfigurationFixture();
        Assert.NotEmpty(fixture.With(key, value).ErrorOf(key));
    }

    private ValueTask<TokenVerdict> Judge(string claims, JwtOptions options) =>
        new TokenValidator(options, _clock).Validate(Jwt.Sign(claims, secret: ConfigurationFixture.GoodSecret));
}
