using System.Net;
using System.Net.Http.Headers;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>Invented session ids wake no session and leave no rows.</summary>
public sealed class GuessedIdTests(GuessedIdTests.Host host) : IClassFixture<GuessedIdTests.Host>
{
    private const int Guesses = 20;

    public sealed class Host : ScriptedNode;

    private TestNode Node => host.Node;

    [Fact]
    public async Task Guessed_and_foreign_ids_leave_no_row()
    {
        await using var client = await Node.Connect("somebody");
        await client.Say("hello", "m1");
        await client.NextDone();

        // A socket without a session watches its fresh id, so that session is awake before the guesses begin.
        await using var watching = await Node.Connect("guesser");
        await watching.Next("connection_status");
        var before = JournalRows.By(Node);

        for (var n = 0; n < Guesses; n++)
        {
            var guess = n == 0 ? SessionOf(client) : $"{Guid.NewGuid():n}";
            Assert.Equal(HttpStatusCode.NotFound, await Send(HttpMethod.Post, $"{guess}/end"));
            Assert.Equal(HttpStatusCode.NotFound, await Send(HttpMethod.Delete, guess));
            await using var socket = await Node.Connect("guesser", $"session_id={guess}");
            Assert.NotEqual(guess, (await socket.Next("connection_status")).Text("session_id"));
        }

        Assert.Equal(before, JournalRows.By(Node));
    }

    [Fact]
    public async Task Own_session_is_found_though_the_index_has_not_heard_of_it()
    {
        await using var client = await Node.Connect("owner");
        await client.Say("hello", "m1");
        await client.Next("ack");

        // The request comes before the index necessarily knows the session.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chatbox/sessions/{SessionOf(client)}/end");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token("owner"));
        using var answer = await Node.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static string SessionOf(TestClient client) => client.Seen.First(f => f.Type() == "connection_status").Text("session_id")!;

    private async Task<HttpStatusCode> Send(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"/chatbox/sessions/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token("guesser"));
        using var answer = await Node.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
