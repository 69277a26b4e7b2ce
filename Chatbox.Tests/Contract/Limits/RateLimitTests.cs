using System.Net.WebSockets;

namespace Chatbox.Tests.Contract.Limits;

/// <summary>The limit of a user's messages per minute. Protocol section 5.1.</summary>
public sealed class RateLimitTests(RateLimitTests.Host host) : IClassFixture<RateLimitTests.Host>
{
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["RATE_LIMIT"] = "2" };
    }

    private TestNode Node => host.Node;

    [Fact]
    public async Task Message_over_the_limit_is_refused_with_the_time_to_wait()
    {
        await using var client = await UsedUp("talker");
        await client.Say("three", "c3");
        var error = await client.Next("error");

        Assert.Equal("TOO_MANY_REQUESTS", error.ErrorCode());
        Assert.Equal("c3", error.Text("id"));
        Assert.True(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        Assert.InRange(error.GetProperty("error").GetProperty("retry_after").GetInt64(), 1, 60_000);
        Assert.Empty(host.RequestsFor("three"));
    }

    [Fact]
    public async Task Repeated_id_is_recognised_before_the_limit()
    {
        await using var client = await UsedUp("repeater");
        var first = client.Seen.Single(f => f.Type() == "ack" && f.Text("id") == "c1");
        await client.Say("one", "c1");

        Assert.Equal(first.GetRawText(), (await client.Next("ack")).GetRawText());
    }

    [Fact]
    public async Task Messages_that_are_sent_twice_count_all_the_same()
    {
        await using var client = await Node.Connect("stutterer");
        await using var second = await Node.Connect("stutterer");
        foreach (var id in new[] { "c1", "c2" })
        {
            foreach (var socket in new[] { client, client, second })
            {
                await socket.Say($"stuttered {id}", id);
                await socket.Next("ack");
            }
        }

        await client.Say("stuttered c3", "c3");
        Assert.Equal("TOO_MANY_REQUESTS", (await client.Next("error")).ErrorCode());
        Assert.Empty(host.RequestsFor("stuttered c3"));
    }

    [Fact]
    public async Task Limit_counts_over_all_sockets_of_a_user_and_no_others()
    {
        await using var client = await UsedUp("many");
        await using var second = await Node.Connect("many");
        await second.Say("from elsewhere", "c4");
        Assert.Equal("TOO_MANY_REQUESTS", (await second.Next("error")).ErrorCode());

        await using var other = await Node.Connect("other than many");
        await other.Say("hello", "c1");
        await other.Next("ack");
    }

    [Fact]
    public async Task Limit_is_on_messages_alone()
    {
        await using var client = await UsedUp("clicker");
        for (var n = 0; n < 3; n++)
        {
            await client.SendText($$"""{"type":"model_select","model_id":"two","id":"m{{n}}"}""");
            await client.Next("ack");
            await client.SendText($$"""{"type":"stop","id":"s{{n}}"}""");
            await client.Next("ack");
            await client.SendText("""{"type":"ping"}""");
            await client.Next("pong");
        }

        Assert.DoesNotContain(client.Seen, f => f.Type() == "error");
    }

    [Fact]
    public async Task Who_goes_on_regardless_is_closed_with_1008()
    {
        await using var client = await UsedUp("stubborn");
        for (var n = 0; n < 11; n++)
            await client.Say("again", $"again{n}");
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, client.CloseStatus);
    }

    /// <summary>A client whose user has used up the message limit.</summary>
    private async Task<TestClient> UsedUp(string user)
    {
        var client = await Node.Connect(user);
        await client.Say("one", "c1");
        await client.NextDone();
        await client.Say("two", "c2");
        await client.NextDone();
        return client;
    }
}
