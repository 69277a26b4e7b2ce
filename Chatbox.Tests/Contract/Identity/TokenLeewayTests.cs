using System.Net.WebSockets;

namespace Chatbox.Tests.Contract.Identity;

/// <summary>A token is accepted for <c>JWT_LEEWAY</c> beyond its expiry: by REST, at the upgrade, and on an open socket alike.</summary>
public sealed class TokenLeewayTests(TokenLeewayTests.Host host) : IClassFixture<TokenLeewayTests.Host>
{
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["WS_TOKEN_WARNING"] = "1s", ["JWT_LEEWAY"] = "20s" };
    }

    [Fact]
    public async Task Token_of_a_clock_that_is_behind_opens_a_socket_that_ends_with_the_leeway()
    {
        var token = Token(TimeSpan.FromSeconds(-17));
        await using var client = await TestClient.Connect(host.Node.Address, token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/sessions")
        {
            Headers = { { "Authorization", $"Bearer {token}" } },
        };
        using var answer = await host.Node.Http.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("token_expiring", (await client.Next("notification")).Metadata("reason"));

        Assert.Equal("EXPIRED_TOKEN", (await client.Next("error")).ErrorCode());
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((WebSocketCloseStatus)4001, client.CloseStatus);
        Assert.Equal(401, await Upgrade.Status(host.Node, token));
    }

    [Fact]
    public async Task Leeway_has_an_end() => Assert.Equal(401, await Upgrade.Status(host.Node, Token(TimeSpan.FromSeconds(-21))));

    [Fact]
    public async Task Time_beyond_all_clocks_is_no_failure()
    {
        var token = Jwt.Sign("""{"user_id":"late","roles":[],"exp":253402300799}""");
        await using var client = await TestClient.Connect(host.Node.Address, token);
        await client.Next("connection_status");
    }

    private static string Token(TimeSpan fromNow) =>
        Jwt.Sign(
            $$"""{"user_id":"leo","roles":[],"exp":{{(TimeProvider.System.GetUtcNow() + fromNow).ToUnixTimeMilliseconds() / 1000.0:0.000}}}"""
        );
}
