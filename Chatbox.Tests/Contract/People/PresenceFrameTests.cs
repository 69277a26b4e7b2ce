using System.Text.Json;

namespace Chatbox.Tests.Contract.People;

/// <summary>Who is there, over real sockets. Protocol section 5, "Presence".</summary>
public sealed class PresenceFrameTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Both_sides_see_who_is_there_who_has_gone_and_who_has_come_back()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");
        var eve = await host.Admin("eve", session);
        Assert.Equal(("user", null, "here"), PresenceOf(await eve.Next("presence")));
        await eve.Join();
        var told = await user.Next("presence");
        Assert.Equal(("admin", "eve", "here"), PresenceOf(told));
        Assert.False(told.TryGetProperty("seq", out _));

        // A second device of either side is the same person, and is told how it stands.
        await using var phone = await host.User("ann");
        Assert.Equal(("admin", "eve", "here"), PresenceOf(await phone.Next("presence")));
        await using var kim = await host.Admin("kim", session);
        Assert.Equal(("user", null, "here"), PresenceOf(await kim.Next("presence")));
        await eve.DisposeAsync();
        Assert.Equal(("admin", "eve", "away"), PresenceOf(await user.Next("presence")));
        Assert.Equal(("admin", "eve", "away"), PresenceOf(await phone.Next("presence")));
        await using var again = await host.Admin("eve", session);
        Assert.Equal(("admin", "eve", "here"), PresenceOf(await user.Next("presence")));

        // Nobody but the other side has ever heard of it, and nothing of it is stored.
        Assert.All(user.Seen.Where(f => f.Type() == "presence"), f => Assert.Equal("eve", f.Metadata("admin_id")));
        Assert.All(kim.Seen.Where(f => f.Type() == "presence"), f => Assert.Equal("user", f.Text("sender")));
        var token = (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", "ann")).Json.Text("share_token");
        foreach (
            var (path, reader) in new[]
            {
                ($"/sessions/{session}", "ann"),
                ($"/sessions/{session}/export", "ann"),
                ($"/shared/{token}", null),
            }
        )
            Assert.DoesNotContain("presence", (await host.Node.Http.Rest("GET", path, reader)).Text);
    }

    [Fact]
    public async Task Reload_of_the_user_shows_to_nobody()
    {
        var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        await using var eve = await host.Admin("eve", session);
        await eve.Next("presence");
        user.Abort();
        await user.Ended;
        await user.DisposeAsync();
        await using var again = await host.User("bob", $"session_id={session}&last_seq=0");
        await again.NextDone();
        await eve.Join();
        Assert.Equal("here", (await again.Next("presence")).Text("content"));
        Assert.Single(eve.Seen, f => f.Type() == "presence");
    }

    private static (string? Sender, string? Admin, string? Content) PresenceOf(JsonElement frame) =>
        (frame.Text("sender"), frame.Metadata("admin_id"), frame.Text("content"));
}
