using System.Net;

namespace Chatbox.Tests.Contract.Operators;

/// <summary>Only operators can give orders to a node.</summary>
public sealed class OperatorAccessTests
{
    private const string Token = "0f9a2c7d51e84b36";

    private static readonly Uri Nowhere = new("http://127.0.0.1:1");

    [Fact]
    public async Task Token_is_asked_for_where_one_is_set()
    {
        await using var node = await TestNode.Start(new Dictionary<string, string> { ["OPERATOR_TOKEN"] = Token });
        var address = PbmRun.AddressOf(node);

        Assert.Equal(4, (await PbmRun.At(address, "cluster", "show")).Exit);
        Assert.Equal(4, (await PbmRun.With(address, Token + "0", "", "cluster", "show")).Exit);
        Assert.Equal(4, (await PbmRun.With(address, TestNode.Token("alice", "admin"), "", "cluster", "leave")).Exit);
        Assert.Equal(0, (await PbmRun.With(address, Token, "", "cluster", "show")).Exit);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Host", "evil.example")]
    public async Task Web_pages_give_no_orders(string header, string value)
    {
        await using var node = await TestNode.Start();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(PbmRun.AddressOf(node), "cluster/leave"));
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("/chatbox/readyz")).StatusCode);
    }

    [Fact]
    public async Task Public_port_knows_no_orders()
    {
        await using var node = await TestNode.Start();

        foreach (var path in new[] { "/cluster", "/chatbox/cluster", "/log", "/sessions" })
            Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData(3, "No node answers at http://127.0.0.1:1/", "cluster", "show")]
    [InlineData(64, "--node: no address", "cluster", "show", "--node", "no address")]
    [InlineData(64, "'shout'", "cluster", "shout")]
    [InlineData(64, "\nshow", "cluster", "shwo")]
    [InlineData(64, "--limit", "session", "list", "--limti", "3")]
    [InlineData(64, "--limit", "session", "list", "--limit")]
    [InlineData(64, "confirm it with --yes", "session", "erase", "s1")]
    [InlineData(64, "confirm it with --yes", "cluster", "down", "host:4053")]
    [InlineData(64, "argument missing for command: 'show'", "session", "show")]
    public async Task What_is_wrong_is_said_and_told_by_the_exit_code(int exit, string says, params string[] arguments)
    {
        var run = await PbmRun.At(Nowhere, arguments);

        Assert.Equal((exit, ""), (run.Exit, run.Output));
        Assert.Contains(says, run.Error);
    }

    [Theory]
    [InlineData("cluster leave", "--help")]
    [InlineData("3 when no node answers", "--help")]
    [InlineData("3 when no node answers", "help")]
    [InlineData("Greatest number of rows", "help", "session", "list")]
    public async Task Help_teaches(string contains, params string[] arguments)
    {
        var run = await PbmRun.At(Nowhere, arguments);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains(contains, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("clu", "cluster", "cluster-sharding")]
    [InlineData("cluster ", "show", "leave")]
    [InlineData("log level ", "debug", "warn")]
    public async Task Commands_are_completed(string typed, params string[] offered)
    {
        var run = await PbmRun.At(Nowhere, $"[suggest:{typed.Length}]", typed);

        Assert.Subset(run.Output.Split('\n').Select(line => line.Trim()).ToHashSet(), offered.ToHashSet());
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Shells_get_a_script(string shell) =>
        Assert.Contains("[suggest:", (await PbmRun.At(Nowhere, "completion", shell)).Output);
}
