namespace Chatbox.Tests.Contract.Sockets;

/// <summary>Which pages may open a socket. Protocol section 3, "Origins".</summary>
public sealed class OriginTests(ScriptedNode development, OriginTests.Production production, OriginTests.Listed listed)
    : IClassFixture<ScriptedNode>,
        IClassFixture<OriginTests.Production>,
        IClassFixture<OriginTests.Listed>
{
    public sealed class Production : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production" };
    }

    public sealed class Listed : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["WS_ALLOWED_ORIGINS"] = "https://app.example,http://intranet.example:8080" };
    }

    private static readonly string Token = TestNode.Token("olga");
    private static readonly string ByAddress = $"token={Token}";

    [Theory]
    [InlineData("https://anything.example")]
    [InlineData("null")]
    public async Task In_development_any_page_may_connect(string origin) =>
        Assert.Equal(101, await Upgrade.Status(development.Node, query: ByAddress, headers: ("Origin", origin)));

    [Fact]
    public async Task Elsewhere_the_own_origin_may_connect()
    {
        var own = production.Node.Address.GetLeftPart(UriPartial.Authority);

        Assert.Equal(101, await Upgrade.Status(production.Node, query: ByAddress, headers: ("Origin", own)));
        Assert.Equal(101, await Upgrade.Status(production.Node, query: ByAddress));
    }

    [Theory]
    [InlineData("https://127.0.0.1:PORT")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://localhost:PORT")]
    [InlineData("http://127.0.0.1.evil.example:PORT")]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task Elsewhere_any_other_origin_is_refused_whatever_way_the_token_came(string origin)
    {
        var other = ("Origin", origin.Replace("PORT", $"{production.Node.Address.Port}"));

        Assert.Equal(403, await Upgrade.Status(production.Node, query: ByAddress, headers: other));
        Assert.Equal(403, await Upgrade.Status(production.Node, Token, headers: other));
    }

    [Theory]
    [InlineData("https://app.example", 101)]
    [InlineData("http://intranet.example:8080", 101)]
    [InlineData("http://app.example", 403)]
    [InlineData("https://app.example:8443", 403)]
    [InlineData("https://app.example.evil", 403)]
    [InlineData("https://sub.app.example", 403)]
    [InlineData("null", 403)]
    public async Task With_a_list_the_match_is_exact(string origin, int status) =>
        Assert.Equal(status, await Upgrade.Status(listed.Node, query: ByAddress, headers: ("Origin", origin)));

    [Fact]
    public async Task With_a_list_not_even_the_own_origin_may_connect_unlisted()
    {
        var own = listed.Node.Address.GetLeftPart(UriPartial.Authority);

        Assert.Equal(403, await Upgrade.Status(listed.Node, query: ByAddress, headers: ("Origin", own)));
    }

    [Fact]
    public async Task With_a_list_a_missing_origin_is_refused_unless_the_token_came_in_a_header()
    {
        Assert.Equal(403, await Upgrade.Status(listed.Node, query: ByAddress));
        Assert.Equal(101, await Upgrade.Status(listed.Node, Token));
        Assert.Equal(101, await Upgrade.Status(listed.Node, headers: ("Sec-WebSocket-Protocol", $"chatbox.v1, bearer.{Token}")));
    }
}
