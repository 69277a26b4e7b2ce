using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;

namespace Chatbox.Tests.Contract.Limits;

/// <summary>The limit of a user's commands per minute that are not messages.</summary>
public sealed class CommandLimitTests(CommandLimitTests.Host host) : IClassFixture<CommandLimitTests.Host>
{
    private const int Limit = 4;

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["COMMAND_RATE_LIMIT"] = $"{Limit}" };
    }

    private TestNode Node => host.Node;

    [Theory]
    [InlineData("stop", """{"type":"stop"}""")]
    [InlineData("choose", """{"type":"model_select","model_id":"two"}""")]
    public async Task Command_over_the_limit_is_refused_with_the_time_to_wait(string user, string command)
    {
        await using var client = await UsedUp(user);
        await client.SendText(command.Replace("}", ",\"id\":\"over\"}"));
        var error = await client.Next("error");

        Assert.Equal(("TOO_MANY_REQUESTS", "over"), (error.ErrorCode(), error.Text("id")));
        Assert.InRange(error.GetProperty("error").GetProperty("retry_after").GetInt64(), 1, 60_000);
    }

    [Fact]
    public async Task Limit_counts_sockets_and_requests_of_a_user_together_and_no_others()
    {
        await using var client = await UsedUp("everywhere");
        await using var second = await Node.Connect("everywhere");
        await second.SendText("""{"type":"stop","id":"elsewhere"}""");
        Assert.Equal("TOO_MANY_REQUESTS", (await second.Next("error")).ErrorCode());

        foreach (
            var (method, suffix) in new[]
            {
                (HttpMethod.Patch, ""),
                (HttpMethod.Post, "/end"),
                (HttpMethod.Delete, ""),
                (HttpMethod.Post, "/share"),
            }
        )
        {
            using var refused = await Send(method, $"{SessionOf(client)}{suffix}", "everywhere");
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        }

        using var other = await Send(HttpMethod.Post, $"{SessionOf(client)}/end", "another user");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Requests_use_the_limit_up_for_sockets()
    {
        await using var client = await Node.Connect("requester");
        for (var n = 0; n < Limit; n++)
            (await Send(HttpMethod.Post, $"{Guid.NewGuid():n}/end", "requester")).Dispose();
        await client.SendText("""{"type":"stop","id":"s"}""");

        Assert.Equal("TOO_MANY_REQUESTS", (await client.Next("error")).ErrorCode());
    }

    [Fact]
    public async Task Messages_have_a_limit_of_their_own()
    {
        await using var client = await UsedUp("speaker");
        await client.Say("hello", "m1");
        await client.Next("ack");
        await client.NextDone();

        Assert.DoesNotContain(client.Seen, f => f.Type() == "error");
    }

    [Fact]
    public async Task Flood_of_stops_writes_no_more_rows_than_the_limit_and_is_closed_with_1008()
    {
        await using var client = await Node.Connect("flooder");
        await client.Say("hello", "m1");
        await client.NextDone();
        var before = JournalRows.Of(Node, $"session-{SessionOf(client)}");
        for (var n = 0; n < 100 && !client.Ended.IsCompleted; n++)
            await client.SendText("""{"type":"stop"}""");
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, client.CloseStatus);
        Assert.Equal(before + Limit, JournalRows.Of(Node, $"session-{SessionOf(client)}"));
    }

    /// <summary>A client whose user has used up the command limit.</summary>
    private async Task<TestClient> UsedUp(string user)
    {
        var client = await Node.Connect(user);
        await client.Say("before", "before");
        await client.NextDone();
        for (var n = 0; n < Limit; n++)
        {
            await client.SendText($$"""{"type":"{{(n % 2 == 0 ? "stop" : "model_select")}}","model_id":"one","id":"c{{n}}"}""");
            await client.Next(f => f.Type() == "ack" && f.Text("id") == $"c{n}", "ack");
        }

        return client;
    }

    private static string SessionOf(TestClient client) => client.Seen.First(f => f.Type() == "connection_status").Text("session_id")!;

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string user)
    {
        using var request = new HttpRequestMessage(method, $"/chatbox/sessions/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token(user));
        return await Node.Http.SendAsync(request);
    }
}
