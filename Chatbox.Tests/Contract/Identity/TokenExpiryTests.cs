using System.Net.WebSockets;
using Chatbox.Messages;
using Chatbox.Node.Identity;

namespace Chatbox.Tests.Contract.Identity;

/// <summary>Tokens that expire while their socket is open. Protocol section 2.</summary>
public sealed class TokenExpiryTests(TokenExpiryTests.Host host) : IClassFixture<TokenExpiryTests.Host>
{
    private const int TokenClosed = 4001;

    /// <summary>Without leeway, and with a warning time that covers the whole life of every token in these tests.</summary>
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["WS_TOKEN_WARNING"] = "1h", ["JWT_LEEWAY"] = "0" };
    }

    private TestNode Node => host.Node;

    [Fact]
    public async Task Owner_of_a_token_is_warned_and_then_cut_off()
    {
        await using var client = await Connect("short", TimeSpan.FromSeconds(3));
        var warning = await client.Next("notification");
        Assert.Equal("token_expiring", warning.Metadata("reason"));
        Assert.Equal(["connection_status", "notification"], client.Seen.Select(f => f.Type()));

        var error = await client.Next("error");
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("EXPIRED_TOKEN", error.ErrorCode());
        Assert.False(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        Assert.Equal((WebSocketCloseStatus)TokenClosed, client.CloseStatus);
    }

    [Fact]
    public async Task Newer_token_of_the_same_user_keeps_the_socket_open()
    {
        await using var refreshed = await Connect("long", TimeSpan.FromSeconds(4));
        await using var left = await Connect("long", TimeSpan.FromSeconds(4));
        await refreshed.Next("notification");
        await Refresh(refreshed, Token("long", TimeSpan.FromMinutes(30)));
        // The new token is within the warning time too, so its owner is warned again.
        await refreshed.Next("notification");

        await left.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((WebSocketCloseStatus)TokenClosed, left.CloseStatus);
        await refreshed.SendText("""{"type":"ping"}""");
        await refreshed.Next("pong");
        Assert.DoesNotContain(refreshed.Seen, f => f.Type() == "error");
    }

    [Theory]
    [InlineData("somebody else")]
    [InlineData("garbage")]
    [InlineData("expired")]
    public async Task Token_that_is_not_good_for_this_user_closes_the_socket(string kind)
    {
        var token = kind switch
        {
            "somebody else" => TestNode.Token("somebody else"),
            "expired" => Token("refresher", TimeSpan.FromSeconds(-5)),
            _ => new string('x', 12_000),
        };
        await using var client = await Connect("refresher", TimeSpan.FromHours(2));
        await client.Next("connection_status");
        await Refresh(client, token);
        var error = await client.Next("error");
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("INVALID_TOKEN", error.ErrorCode());
        Assert.Equal("content", error.Metadata("field"));
        Assert.Equal("refresh", error.Text("id"));
        Assert.False(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        Assert.DoesNotContain(token, error.GetRawText());
        Assert.Equal((WebSocketCloseStatus)TokenClosed, client.CloseStatus);
    }

    private static Task Refresh(TestClient client, string token) =>
        client.Send(
            new
            {
                type = "token_refresh",
                content = token,
                id = "refresh",
            }
        );

    private Task<TestClient> Connect(string user, TimeSpan lifetime) => TestClient.Connect(Node.Address, Token(user, lifetime));

    private static string Token(string user, TimeSpan lifetime) =>
        new TokenIssuer(TestNode.Secret, TimeProvider.System).Issue(new UserId(user), [], null, lifetime);
}
