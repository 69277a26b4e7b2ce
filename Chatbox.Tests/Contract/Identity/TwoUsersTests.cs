using System.Text.Json;
using System.Text.RegularExpressions;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Identity;

/// <summary>Promise mine: no route and no frame lets one user reach another user's data or count against the other's limits.</summary>
public sealed partial class TwoUsersTests(TwoUsersTests.Host host) : IClassFixture<TwoUsersTests.Host>
{
    private const string Planted = "plantedsecret";

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["RATE_LIMIT"] = "10" };
    }

    /// <summary>Calls every route that names a session; the node's own route table lists them.</summary>
    [Fact]
    public async Task Every_route_treats_a_foreign_session_like_one_that_does_not_exist()
    {
        await using var alice = await host.Node.Connect("alice");
        var session = await Talk(alice, "route");
        var before = await History(session, "alice");
        var nowhere = new string('0', 32);
        var document = (await host.Node.Http.Rest("GET", "/openapi.json", null)).Json;
        var routes = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path =>
                path.Value.EnumerateObject().Select(operation => (Method: operation.Name.ToUpperInvariant(), Path: path.Name))
            )
            .Select(route => route with { Path = route.Path[TinyHost.Prefix.Length..] })
            // A response without an end, like a socket; StreamTests names foreign sessions there.
            .Where(route => route.Path != "/stream")
            .ToList();
        Assert.NotEmpty(routes);

        foreach (var (method, path) in routes)
        {
            var foreign = await Ask(session);
            Assert.DoesNotContain(Planted, foreign.Text);
            Assert.DoesNotContain("alice", foreign.Text);
            if (!path.Contains('{'))
                continue;
            var absent = await Ask(nowhere);
            Assert.Equal(StatusWithoutRight(path), foreign.Status);
            Assert.Equal((absent.Status, absent.Text), (foreign.Status, foreign.Text));

            // A name is refused for its own sake before anybody looks for its session, so this request needs a good name.
            Task<RestAnswer> Ask(string id) =>
                method == "PATCH" && path.StartsWith("/sessions/", StringComparison.Ordinal)
                    ? host.Node.Http.Rename(id, "mallory", "mine")
                    : host.Node.Http.Rest(method, Fill(path, id), "mallory");
        }

        foreach (var query in new[] { "", $"?q={Planted}", "?limit=1000", "?user_id=alice" })
            Assert.DoesNotContain(session, (await host.Node.Http.Rest("GET", $"/sessions{query}", "mallory")).Text);
        Assert.Equal(before, await History(session, "alice"));
        await alice.Say("still mine", "still");
        Assert.Equal(session, (await alice.NextDone()).Text("session_id"));
    }

    private static int StatusWithoutRight(string path) =>
        path switch
        {
            // An administrators' route reveals no more than that, whatever session it is asked about.
            _ when path.StartsWith("/admin/", StringComparison.Ordinal) => 403,
            // A request of tus that names no version; TusTests names foreign uploads there.
            _ when path.StartsWith("/uploads/", StringComparison.Ordinal) => 412,
            _ => 404,
        };

    /// <summary>Sends every client frame of the protocol with the other user's session wherever the frame can name one.</summary>
    [Theory]
    [InlineData("""{"type":"user_message","content":"mine"}""")]
    [InlineData("""{"type":"model_select","model_id":"two"}""")]
    [InlineData("""{"type":"stop"}""")]
    [InlineData("""{"type":"regenerate"}""")]
    [InlineData("""{"type":"typing_indicator","content":"start"}""")]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"help_request"}""")]
    [InlineData("""{"type":"admin_join"}""")]
    [InlineData("""{"type":"feedback","content":"up"}""")]
    [InlineData("""{"type":"seen","metadata":{"seq":1}}""")]
    [InlineData("""{"type":"admin_leave"}""")]
    [InlineData("""{"type":"admin_transfer","content":"other"}""")]
    [InlineData("""{"type":"admin_decline"}""")]
    [InlineData("""{"type":"note","content":"mine"}""")]
    [InlineData("""{"type":"file_upload","file_id":"f","file_url":"https://1.1.1.1/f"}""")]
    [InlineData("""{"type":"voice_message","file_id":"f","file_url":"https://1.1.1.1/f"}""")]
    [InlineData("""{"type":"transcribe"}""")]
    [InlineData("""{"type":"token_refresh","content":"nonsense"}""")]
    public async Task No_frame_of_one_reaches_or_changes_the_session_of_another(string frame)
    {
        var type = JsonDocument.Parse(frame).RootElement.Text("type")!;
        var (owner, other) = ($"owner {type}", $"other {type}");
        var running = new TaskCompletionSource();
        host.WhenAsked($"{Planted} {type} runs", ModelScript.Begin().Pieces(Planted).Wait(running.Task).Pieces(" and on").End());
        await using var alice = await host.Node.Connect(owner);
        var session = await Talk(alice, type);
        await alice.Say($"{Planted} {type} runs", "runs");
        await alice.Next(f => f.Type() == "ai_response" && f.Text("content") == Planted);
        var seen = alice.Seen.Count;

        var answer = alice.Seen[^1].Text("message_id");
        await using var mallory = await host.Node.Connect(other, $"session_id={session}&last_seq=0&partial={answer}:1");
        var own = (await mallory.Next("connection_status")).Text("session_id");
        var body = frame[..^1] + $$""","id":"runs","session_id":"{{session}}","message_id":"{{answer}}"}""";
        // A refused token or a missing role ends the socket, so no further frame can follow.
        var closes = type is "token_refresh" or "note" || type.StartsWith("admin_", StringComparison.Ordinal);
        foreach (var sent in closes ? [body] : new[] { body, body, """{"type":"stop","id":"last"}""" })
            await mallory.SendText(sent);
        await mallory.Next(f =>
            closes ? f.Type() == "error" && !f.GetProperty("error").GetProperty("recoverable").GetBoolean() : f.Text("id") == "last"
        );
        running.SetResult();
        await alice.NextDone();

        Assert.NotEqual(session, own);
        Assert.All(mallory.Seen, f => Assert.DoesNotContain(Planted, f.GetRawText()));
        Assert.All(mallory.Seen, f => Assert.DoesNotContain(session, f.GetRawText()));
        Assert.All(alice.Seen.Skip(seen), f => Assert.Equal(("ai_response", answer), (f.Type(), f.Text("message_id"))));
        Assert.Equal($"{Planted} and on", alice.TextOf(answer!));
        Assert.Equal("stop", alice.Seen[^1].Metadata("finish_reason"));
        Assert.Equal("one", alice.Seen[^1].Text("model_id"));
        await using var again = await host.Node.Connect(owner, "last_seq=0");
        Assert.Equal("one", (await again.Next("connection_status")).Text("model_id"));
    }

    [Fact]
    public void Every_frame_type_has_its_row()
    {
        var rows = typeof(TwoUsersTests)
            .GetMethod(nameof(No_frame_of_one_reaches_or_changes_the_session_of_another))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Cast<InlineDataAttribute>()
            .Select(row => JsonDocument.Parse((string)row.GetData(null!).Single()[0]).RootElement.Text("type"));

        // Another test compares the document with the code, so it lists every frame.
        var described = ClientMessage().Matches(Repository.Read("docs/asyncapi.yaml")).Select(m => m.Groups[1].Value);
        Assert.Equal(described.Order(), rows.Order());
    }

    [Fact]
    public async Task What_one_sends_does_not_count_against_another()
    {
        await using var greedy = await host.Node.Connect("greedy");
        for (var n = 0; n < 11; n++)
            await greedy.SendText($$"""{"type":"user_message","content":"more {{n}}","id":"{{n}}"}""");
        await greedy.Next("error");

        await using var modest = await host.Node.Connect("modest");
        await modest.Say("one only", "1");
        Assert.Equal("stop", (await modest.NextDone()).Metadata("finish_reason"));
    }

    /// <summary>Chats until an answer has ended, with planted words in everything that a user can send, and shares the session.</summary>
    private async Task<string> Talk(TestClient client, string about)
    {
        host.WhenAsked($"{Planted} {about}", ModelScript.Answer($"{Planted} about {about}"));
        await client.Send(
            new
            {
                type = "user_message",
                content = $"{Planted} {about}",
                id = $"{Planted}-{about}",
                metadata = new Dictionary<string, string> { ["note"] = Planted },
            }
        );
        var done = await client.NextDone();
        var (session, user) = (done.Text("session_id")!, client.Seen[0].Text("user_id")!);
        await host.Node.Http.RestUntil($"/sessions/{session}", user, a => a.Status == 200 && a.Text.Contains($"about {about}"));
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", user)).Status);
        return session;
    }

    private async Task<string> History(string session, string user) =>
        (await host.Node.Http.Rest("GET", $"/sessions/{session}", user)).Text;

    private static string Fill(string path, string id) => path.Replace("{id}", id).Replace("{token}", id);

    [GeneratedRegex(@"(?m)^    client\.([a-z_]+):")]
    private static partial Regex ClientMessage();
}
