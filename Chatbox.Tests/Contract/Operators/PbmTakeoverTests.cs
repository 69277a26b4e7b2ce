using Chatbox.Tests.Contract.People;

namespace Chatbox.Tests.Contract.Operators;

/// <summary><c>pbm session takeover</c>, <c>release</c> and <c>watch</c>.</summary>
public sealed class PbmTakeoverTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Operator_gives_a_session_to_an_admin_and_takes_it_back()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");

        var taken = await PbmRun.Of(host.Node, "session", "takeover", session, "--admin", "eve", "--name", "Eve", "--json");
        Assert.Equal((0, ""), (taken.Exit, taken.Error));
        Assert.Equal((session, "eve"), (taken.Json.Text("session_id"), taken.Json.Text("admin_id")));
        Assert.Equal("Eve", (await user.Next("admin_join")).Metadata("admin_name"));
        await using var admin = await host.Admin("eve", session);
        Assert.Equal("holder", admin.Seen[0].Metadata("role"));

        var released = await PbmRun.Of(host.Node, "session", "release", session, "--json");
        Assert.Equal((0, ""), (released.Exit, released.Error));
        Assert.Equal("left", (await user.Next("admin_leave")).Metadata("reason"));
        var again = await PbmRun.Of(host.Node, "session", "release", session);
        Assert.NotEqual(0, again.Exit);
        Assert.NotEqual(0, (await PbmRun.Of(host.Node, "session", "takeover", new string('0', 32))).Exit);
    }

    [Fact]
    public async Task Operator_silences_the_model()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        Assert.Equal(0, (await PbmRun.Of(host.Node, "session", "takeover", session)).Exit);

        Assert.Equal("Operator", (await user.Next("admin_join")).Metadata("admin_name"));
    }

    [Fact]
    public async Task Operator_watches_a_session_until_it_is_erased()
    {
        await using var user = await host.User("cat");
        var session = await user.Begin("cat begins");
        using var http = new HttpClient { BaseAddress = PbmRun.AddressOf(host.Node) };
        using var response = await http.GetAsync($"/sessions/{session}/watch", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("\"watcher\"", await Line(lines));

        await user.Begin("cat goes on");
        var heard = await Line(lines);
        if (heard!.Contains("\"presence\"", StringComparison.Ordinal)) // cat is there, which an operator is told once
            heard = await Line(lines);
        Assert.Contains("cat goes on", heard);
        Assert.DoesNotContain(user.Seen, f => f.Type() == "admin_join");
        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", "cat")).Status);
        while (await Line(lines) is not null) { }
    }

    private static Task<string?> Line(StreamReader lines) => lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
}
