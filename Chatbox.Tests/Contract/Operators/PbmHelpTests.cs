using Chatbox.Tests.Contract.People;

namespace Chatbox.Tests.Contract.Operators;

/// <summary><c>pbm help queue</c> and <c>show</c>.</summary>
public sealed class PbmHelpTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Operator_sees_who_waits_and_who_is_helped_by_whom()
    {
        await using var ann = await host.User("ann");
        var held = (await ann.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await using var eve = await host.Admin("eve", held);
        await eve.Join();
        await using var bob = await host.User("bob");
        var waiting = (await bob.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await bob.Next(f => f.Type() == "notification" && f.Metadata("reason") == "queue_position", "place in the queue");
        await host.Node.Http.RestUntil("/admin/help", "eve", queue => queue.Json.GetProperty("assisted").GetArrayLength() == 1, "admin");

        var queue = await PbmRun.Of(host.Node, "help", "queue", "--json");
        Assert.Equal((0, ""), (queue.Exit, queue.Error));
        var cases = queue.Json.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal([(waiting, "waiting"), (held, "held")], cases.Select(one => (one.Text("session_id"), one.Text("state"))));
        Assert.Equal(1, cases[0].GetProperty("position").GetInt32());
        Assert.InRange(cases[0].GetProperty("waiting_seconds").GetInt64(), 0, 600);
        var table = await PbmRun.Of(host.Node, "help", "queue");
        Assert.Contains(waiting, table.Output);

        var shown = await PbmRun.Of(host.Node, "help", "show", held, "--json");
        Assert.Equal((0, "eve", "ann"), (shown.Exit, shown.Json.Text("admin_id"), shown.Json.Text("user_id")));
        Assert.Equal(1, (await PbmRun.Of(host.Node, "help", "show", new string('0', 32))).Exit);
        Assert.Contains("Commands about conversations", (await PbmRun.Of(host.Node, "help", "session")).Output);
    }
}
