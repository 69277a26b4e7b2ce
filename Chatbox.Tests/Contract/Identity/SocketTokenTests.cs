namespace Chatbox.Tests.Contract.Identity;

/// <summary>The three ways to transport a socket's token. Protocol section 2, "Transport".</summary>
public sealed class SocketTokenTests(ScriptedNode open, SocketTokenTests.WithoutQuery closed)
    : IClassFixture<ScriptedNode>,
        IClassFixture<SocketTokenTests.WithoutQuery>
{
    public sealed class WithoutQuery : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["WS_ALLOW_QUERY_TOKEN"] = "false" };
    }

    private static readonly string Token = TestNode.Token("walter");

    [Fact]
    public async Task Header_carries_the_token_and_nothing_is_selected()
    {
        using var answer = await Upgrade.Send(open.Node, Token);

        Assert.Equal(101, (int)answer.StatusCode);
        Assert.Null(answer.Header("Sec-WebSocket-Protocol"));
    }

    [Theory]
    [InlineData("chatbox.v1, bearer.TOKEN")]
    [InlineData("bearer.TOKEN,chatbox.v1")]
    [InlineData("other.v2, chatbox.v1, bearer.TOKEN")]
    public async Task Subprotocol_carries_the_token_and_only_ours_is_selected(string offered)
    {
        using var answer = await Upgrade.Send(open.Node, headers: ("Sec-WebSocket-Protocol", offered.Replace("TOKEN", Token)));

        Assert.Equal(101, (int)answer.StatusCode);
        Assert.Equal("chatbox.v1", answer.Header("Sec-WebSocket-Protocol"));
    }

    [Fact]
    public async Task Token_without_our_protocol_beside_it_is_not_taken()
    {
        using var answer = await Upgrade.Send(open.Node, headers: ("Sec-WebSocket-Protocol", $"bearer.{Token}"));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Null(answer.Header("Sec-WebSocket-Protocol"));
    }

    [Fact]
    public async Task Address_carries_the_token()
    {
        using var answer = await Upgrade.Send(open.Node, query: $"token={Token}", headers: ("Sec-WebSocket-Protocol", "chatbox.v1"));

        Assert.Equal(101, (int)answer.StatusCode);
        Assert.Equal("chatbox.v1", answer.Header("Sec-WebSocket-Protocol"));
    }

    [Fact]
    public async Task Header_goes_before_subprotocol_and_address()
    {
        var good = ("Sec-WebSocket-Protocol", $"chatbox.v1, bearer.{Token}");
        var bad = ("Sec-WebSocket-Protocol", "chatbox.v1, bearer.abc");

        Assert.Equal(101, await Upgrade.Status(open.Node, Token, "token=abc", bad));
        Assert.Equal(401, await Upgrade.Status(open.Node, "abc", $"token={Token}", good));
        Assert.Equal(101, await Upgrade.Status(open.Node, null, "token=abc", good));
        Assert.Equal(401, await Upgrade.Status(open.Node, null, $"token={Token}", bad));
    }

    [Fact]
    public async Task Token_in_the_address_can_be_switched_off()
    {
        Assert.Equal(401, await Upgrade.Status(closed.Node, query: $"token={Token}"));
        Assert.Equal(101, await Upgrade.Status(closed.Node, Token));
        Assert.Equal(101, await Upgrade.Status(closed.Node, headers: ("Sec-WebSocket-Protocol", $"chatbox.v1, bearer.{Token}")));
    }
}
