using System.Text;
using System.Text.Json;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>A conversation gets another name, by <c>PATCH sessions/{id}</c>. Protocol section 6.</summary>
public sealed class RenameTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Given_name_is_shown_to_all_devices_at_once_and_lasts()
    {
        await using var desk = await host.Node.Connect("names");
        var session = await Begin(desk, "What is a mango?");
        await using var phone = await host.Node.Connect("names");
        await phone.Next("connection_status");
        await using var stranger = await host.Node.Connect("names stranger");
        await stranger.Next("connection_status");

        var renamed = await Rename(session, "names", "  Fruit 日本  ");

        Assert.Equal((200, $$"""{"session_id":"{{session}}","name":"Fruit 日本"}"""), (renamed.Status, renamed.Text));
        foreach (var device in new[] { desk, phone })
        {
            var news = await device.Next("notification");
            Assert.Equal(("session_renamed", session, "Fruit 日本"), (news.Metadata("reason"), news.Metadata("of"), news.Metadata("name")));
            Assert.False(news.TryGetProperty("seq", out _));
        }

        await desk.Say("And a papaya?", "second");
        await desk.NextDone();
        Assert.Equal("Fruit 日本", await NameOf(session, "names"));
        Assert.Equal(1, await Found("names", "fruit"));
        Assert.Equal(1, await Found("names", "papaya"));
        await stranger.SendText("""{"type":"ping"}""");
        await stranger.Next("pong");
        Assert.DoesNotContain(stranger.Seen, frame => frame.Type() == "notification");
    }

    [Fact]
    public async Task Name_of_a_conversation_that_has_ended_can_change_and_neither_reopens_nor_moves_it()
    {
        await using var client = await host.Node.Connect("ended names");
        var session = await Begin(client, "Old topic");
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "ended names")).Status);
        var before = await host.Node.Http.RestUntil("/sessions", "ended names", list => !Only(list).GetProperty("is_active").GetBoolean());

        Assert.Equal(200, (await Rename(session, "ended names", "Older topic")).Status);

        var after = await host.Node.Http.RestUntil("/sessions", "ended names", list => Only(list).Text("name") == "Older topic");
        Assert.False(Only(after).GetProperty("is_active").GetBoolean());
        Assert.Equal(Only(before).Text("last_activity"), Only(after).Text("last_activity"));
        Assert.Equal(0, await Found("ended names", "Oldtopic"));
    }

    [Fact]
    public async Task Session_of_somebody_else_and_one_that_does_not_exist_are_404_also_for_admins()
    {
        await using var client = await host.Node.Connect("own names");
        var session = await Begin(client, "Mine");

        foreach (
            var (id, user, role) in new[] { (session, "thief", ""), (session, "kim", "admin"), (new string('a', 32), "own names", "") }
        )
            Assert.Equal(404, (await Rename(id, user, "Stolen", role)).Status);
        Assert.Equal("Mine", await NameOf(session, "own names"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":"  "}""")]
    [InlineData("""{"name":"\u200b\u202e"}""")]
    [InlineData("""{"name":"two\nlines"}""")]
    [InlineData("""{"name":"\u0000"}""")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"name":"x","title":"y"}""")]
    [InlineData("[]")]
    public async Task Body_without_a_name_that_people_can_read_is_400(string body)
    {
        var answer = await Send(new string('a', 32), "bad names", body);
        Assert.Equal((400, "BAD_REQUEST"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Hundred_characters_are_a_name_and_one_more_is_not()
    {
        await using var client = await host.Node.Connect("long names");
        var session = await Begin(client, "Short");
        var family = "👨‍👩‍👧‍👦"; // one character for people, eleven code units

        Assert.Equal(200, (await Rename(session, "long names", new string('x', 100))).Status);
        Assert.Equal(400, (await Rename(session, "long names", new string('x', 101))).Status);
        Assert.Equal(200, (await Rename(session, "long names", string.Concat(Enumerable.Repeat(family, 45)))).Status);
        Assert.Equal(400, (await Rename(session, "long names", string.Concat(Enumerable.Repeat(family, 46)))).Status);
    }

    private static async Task<string> Begin(TestClient client, string question)
    {
        await client.Say(question, "first");
        return (await client.NextDone()).Text("session_id")!;
    }

    private async Task<string?> NameOf(string session, string user) =>
        (await host.Node.Http.Rest("GET", $"/sessions/{session}", user)).Json.Text("name");

    private async Task<int> Found(string user, string word) =>
        (await host.Node.Http.Rest("GET", $"/sessions?q={word}", user)).Json.GetProperty("sessions").GetArrayLength();

    private static JsonElement Only(RestAnswer list) => list.Json.GetProperty("sessions").EnumerateArray().Single();

    private Task<RestAnswer> Rename(string session, string user, string name, params string[] roles) =>
        Send(session, user, JsonSerializer.Serialize(new { name }), roles);

    private async Task<RestAnswer> Send(string session, string user, string body, params string[] roles)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/chatbox/sessions/{session}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", TestNode.Token(user, [.. roles.Where(role => role.Length > 0)]));
        using var answer = await host.Node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }
}
