using System.Text.Json;
using Chatbox.Tests.Harness.Stores;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>REST on a complete node lists, returns, finds and erases conversations.</summary>
public abstract class StoredSessionsSuite(ScriptedNode host)
{
    private HttpClient Http => host.Node.Http;

    [StoreFact]
    public async Task Sessions_are_listed_latest_first_and_each_once_over_pages()
    {
        var made = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            var session = await Chat("lister", $"Number {n}");
            made.Insert(0, session);
            await Http.RestUntil("/sessions", "lister", a => Ids(a).Contains(session));
            Assert.Equal(200, (await Http.Rest("POST", $"/sessions/{session}/end", "lister")).Status);
        }

        // The end of a session counts as activity too.
        await Http.RestUntil("/sessions", "lister", a => Sessions(a).All(s => s.Text("end_time") is not null));
        var first = await Http.Rest("GET", "/sessions?limit=2", "lister");
        var next = Uri.EscapeDataString(first.Json.Text("next_cursor")!);
        var second = await Http.Rest("GET", $"/sessions?limit=2&cursor={next}", "lister");

        Assert.Equal(made, Ids(first).Concat(Ids(second)));
        Assert.False(second.Json.GetProperty("truncated").GetBoolean());
    }

    [StoreFact]
    public async Task History_holds_what_was_said_and_answered()
    {
        var session = await Chat("reader", "Größe 日本 🙂");

        var read = await Http.RestUntil(
            $"/sessions/{session}",
            "reader",
            a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 2
        );

        Assert.Equal(["Größe 日本 🙂", "Well, well."], read.Json.GetProperty("messages").EnumerateArray().Select(m => m.Text("content")));
    }

    [StoreFact]
    public async Task Search_finds_whole_words_of_ones_own_messages()
    {
        var session = await Chat("seeker", "Where is the NeedleInHay?");

        await Http.RestUntil("/sessions?q=needleinhay", "seeker", a => Ids(a).SequenceEqual([session]));
        Assert.Empty(Ids(await Http.Rest("GET", "/sessions?q=needle", "seeker")));
        Assert.Empty(Ids(await Http.Rest("GET", "/sessions?q=needleinhay", "somebody-else")));
    }

    [StoreFact]
    public async Task Erased_session_is_nowhere()
    {
        var session = await Chat("eraser", "Forget this ForgettableWord");
        await Http.RestUntil("/sessions?q=forgettableword", "eraser", a => Ids(a).Any());

        Assert.Equal(204, (await Http.Rest("DELETE", $"/sessions/{session}", "eraser")).Status);

        Assert.Equal(404, (await Http.Rest("GET", $"/sessions/{session}", "eraser")).Status);
        Assert.Empty(Ids(await Http.Rest("GET", "/sessions", "eraser")));
        Assert.Empty(Ids(await Http.Rest("GET", "/sessions?q=forgettableword", "eraser")));
    }

    private async Task<string> Chat(string user, string content)
    {
        await using var client = await host.Node.Connect(user);
        await client.Next("connection_status");
        await client.Say(content, $"{Guid.NewGuid():n}");
        return (await client.NextDone()).Text("session_id")!;
    }

    private static IEnumerable<JsonElement> Sessions(RestAnswer answer) => answer.Json.GetProperty("sessions").EnumerateArray();

    private static IEnumerable<string> Ids(RestAnswer answer) => Sessions(answer).Select(s => s.Text("id")!);
}

/// <inheritdoc />
public sealed class StoredSessionsTests(ScriptedNode host) : StoredSessionsSuite(host), IClassFixture<ScriptedNode>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class StoredSessionsOnPostgresTests(ScriptedNodeOnPostgres host)
    : StoredSessionsSuite(host),
        IClassFixture<ScriptedNodeOnPostgres>;

/// <inheritdoc />
[OnMongoServer]
public sealed class StoredSessionsOnMongoTests(ScriptedNodeOnMongo host) : StoredSessionsSuite(host), IClassFixture<ScriptedNodeOnMongo>;
