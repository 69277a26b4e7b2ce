using System.Text.Json;

namespace Chatbox.Tests.Contract.Sockets;

/// <summary>The reasons for which an upgrade is refused, and the responses. Protocol section 3, the table; section 2 for tokens.</summary>
public sealed class UpgradeTests(UpgradeTests.Host host) : IClassFixture<UpgradeTests.Host>
{
    /// <summary>A node with room for the sockets of one user and two more.</summary>
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["MAX_CONNECTIONS"] = "12", ["WS_ALLOWED_ORIGINS"] = "https://app.example" };
    }

    private static readonly (string, string) BadOrigin = ("Origin", "https://evil.example");

    private TestNode Node => host.Node;

    public static TheoryData<string, string?, string> BadTokens()
    {
        const string claims = """{"user_id":"mallory","roles":[],"exp":4102444800}""";
        return new()
        {
            { "none at all", null, "A token is needed." },
            { "empty", "", "A token is needed." },
            { "not a token", "abc", "The token is not valid." },
            { "foreign secret", Jwt.Sign(claims, secret: "another secret of thirty-two bytes!"), "The token is not valid." },
            { "not signed", Jwt.Sign(claims, "none"), "The token is not valid." },
            { "no user", Jwt.Sign("""{"roles":[],"exp":4102444800}"""), "The token is not valid." },
            { "empty user", Jwt.Sign("""{"user_id":"","roles":[],"exp":4102444800}"""), "The token is not valid." },
            { "user is a number", Jwt.Sign("""{"user_id":7,"roles":[],"exp":4102444800}"""), "The token is not valid." },
            { "no roles", Jwt.Sign("""{"user_id":"mallory","exp":4102444800}"""), "The token is not valid." },
            { "roles is text", Jwt.Sign("""{"user_id":"mallory","roles":"admin","exp":4102444800}"""), "The token is not valid." },
            { "expired", Jwt.Sign("""{"user_id":"mallory","roles":[],"exp":1700000000}"""), "The token has expired." },
            { "not yet", Jwt.Sign("""{"user_id":"mallory","roles":[],"nbf":4102440000,"exp":4102444800}"""), "The token is not valid." },
        };
    }

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Token_that_is_missing_or_bad_is_refused_with_401_and_text(string what, string? token, string text)
    {
        using var answer = await Upgrade.Send(Node, token, headers: BadOrigin);

        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Unauthorized, $"{what}: {answer.StatusCode}");
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(text, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task Token_of_each_hmac_opens_a_socket(string algorithm) =>
        Assert.Equal(101, await Upgrade.Status(Node, Jwt.Sign($$"""{"user_id":"{{algorithm}}","roles":[]}""", algorithm)));

    [Fact]
    public async Task Refusals_come_in_the_order_of_the_protocol()
    {
        var (alice, bob) = (TestNode.Token("order-alice"), TestNode.Token("order-bob"));
        await using var sockets = new OpenClients();

        // No limit is reached: a plain request is refused before the bad origin.
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"/chatbox/ws?token={bob}"))
        {
            request.Headers.Add("Origin", "https://evil.example");
            using var plain = await Node.Http.SendAsync(request);
            Assert.Equal(400, (int)plain.StatusCode);
            Assert.Equal("13", plain.Header("Sec-WebSocket-Version"));
            Assert.Equal("BAD_REQUEST", await Code(plain));
        }

        using (var foreign = await Upgrade.Send(Node, bob, headers: BadOrigin))
        {
            Assert.Equal(403, (int)foreign.StatusCode);
            Assert.Equal("FORBIDDEN", await Code(foreign));
        }

        // The user's limit is reached: it is checked before the upgrade header and the origin.
        for (var n = 0; n < 10; n++)
            await sockets.Add(Node, "order-alice");
        Assert.Equal(429, await Upgrade.Status(Node, alice, headers: BadOrigin));
        using (var plain = await Node.Http.GetAsync($"/chatbox/ws?token={alice}"))
            Assert.Equal(429, (int)plain.StatusCode);

        // Both limits are reached: the token is checked first, then the user's limit, then the node's.
        await sockets.Add(Node, "order-carol");
        await sockets.Add(Node, "order-carol");
        Assert.Equal(401, await Upgrade.Status(Node, "abc", headers: BadOrigin));
        using (var limited = await Upgrade.Send(Node, alice, headers: BadOrigin))
        {
            Assert.Equal(429, (int)limited.StatusCode);
            Assert.Equal("5", limited.Header("Retry-After"));
            Assert.Contains("\"rate_limit_exceeded\"", await limited.Content.ReadAsStringAsync());
        }

        using (var full = await Upgrade.Send(Node, bob, headers: BadOrigin))
        {
            Assert.Equal(503, (int)full.StatusCode);
            Assert.Equal("5", full.Header("Retry-After"));
            Assert.Equal("SERVICE_UNAVAILABLE", await Code(full));
        }

        using (var plain = await Node.Http.GetAsync($"/chatbox/ws?token={bob}"))
            Assert.Equal(503, (int)plain.StatusCode);

        // A closed socket makes room for any user.
        await sockets.CloseOne();
        await sockets.AddWhenFree(Node, "order-bob");
    }

    [Fact]
    public async Task Refused_upgrade_never_uses_up_a_slot()
    {
        var dora = TestNode.Token("dora");
        for (var n = 0; n < 12; n++)
        {
            Assert.Equal(403, await Upgrade.Status(Node, dora, headers: BadOrigin));
            using var plain = await Node.Http.GetAsync($"/chatbox/ws?token={dora}");
            Assert.Equal(400, (int)plain.StatusCode);
        }

        await using var sockets = new OpenClients();
        for (var n = 0; n < 10; n++)
            await sockets.Add(Node, "dora");
    }

    private static async Task<string?> Code(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code");
}
