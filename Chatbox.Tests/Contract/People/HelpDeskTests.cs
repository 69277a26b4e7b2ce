namespace Chatbox.Tests.Contract.People;

/// <summary>The queue of the help desk: what waiting people are told, and what admins see. Protocol sections 5 and 6.</summary>
public sealed class HelpDeskTests : IAsyncLifetime
{
    private readonly PeopleNode _host = new();

    [Fact]
    public async Task People_learn_their_place_and_each_change_of_it_and_admins_see_the_queue()
    {
        await using var ann = await _host.User("ann");
        var first = (await ann.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        Assert.Equal("1", (await ann.Next(IsPlace)).Metadata("position"));
        await using var bob = await _host.User("bob");
        var second = (await bob.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        Assert.Equal("2", (await bob.Next(IsPlace)).Metadata("position"));

        var queue = await _host.Rest("GET", "/admin/help", "eve");
        Assert.Equal(200, queue.Status);
        Assert.Equal([(first, "ann", 1), (second, "bob", 2)], Waiting(queue));

        await using var eve = await _host.Admin("eve", first);
        await eve.Join();
        Assert.Equal("1", (await bob.Next(IsPlace)).Metadata("position"));
        queue = await _host.Rest("GET", "/admin/help", "eve");
        Assert.Equal([(second, "bob", 1)], Waiting(queue));
        var held = Assert.Single(queue.Json.GetProperty("assisted").EnumerateArray());
        Assert.Equal((first, "ann", "eve"), (held.Text("session_id"), held.Text("user_id"), held.Text("admin_id")));
    }

    [Fact]
    public async Task A_device_that_comes_later_learns_the_place_too()
    {
        await using var user = await _host.User("cat");
        await user.Do(new { type = "help_request" }, "h1");
        await user.Next(IsPlace);

        await using var phone = await _host.User("cat");
        Assert.Equal("1", (await phone.Next(IsPlace)).Metadata("position"));
    }

    [Fact]
    public async Task A_session_that_is_ended_leaves_the_queue()
    {
        await using var user = await _host.User("dan");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await user.Next(IsPlace);
        Assert.Equal(200, (await _host.Node.Http.Rest("POST", $"/sessions/{session}/end", "dan")).Status);

        await _host.Node.Http.RestUntil("/admin/help", "eve", queue => !Waiting(queue).Any(), "admin");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_is_erased_leaves_the_queue(bool endedBefore)
    {
        await using var user = await _host.User("fay");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await user.Next(IsPlace);
        if (endedBefore)
            Assert.Equal(200, (await _host.Node.Http.Rest("POST", $"/sessions/{session}/end", "fay")).Status);
        Assert.InRange((await _host.Node.Http.Rest("DELETE", $"/sessions/{session}", "fay")).Status, 200, 204);

        await _host.Node.Http.RestUntil("/admin/help", "eve", queue => !Waiting(queue).Any(), "admin");
    }

    [Fact]
    public async Task The_queue_is_for_admins()
    {
        Assert.Equal(401, (await _host.Node.Http.Rest("GET", "/admin/help", null)).Status);
        Assert.Equal(403, (await _host.Node.Http.Rest("GET", "/admin/help", "ann")).Status);
    }

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private static bool IsPlace(System.Text.Json.JsonElement frame) =>
        frame.Type() == "notification" && frame.Metadata("reason") == "queue_position";

    private static IEnumerable<(string?, string?, int)> Waiting(RestAnswer queue) =>
        queue
            .Json.GetProperty("waiting")
            .EnumerateArray()
            .Select(one => (one.Text("session_id"), one.Text("user_id"), one.GetProperty("position").GetInt32()));
}
