using System.Net;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Health;

/// <summary>The metrics change as protocol section 8 says while people chat. They are read over HTTP, as Prometheus reads them.</summary>
public sealed class MetricsOfAChatTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private const string Open = "chatbox_websocket_connections_total";

    [Fact]
    public async Task Chat_moves_every_series_it_should()
    {
        var gate = new TaskCompletionSource();
        host.WhenAsked("count", ModelScript.Begin().Pieces("one ", "two").Wait(gate.Task).Usage(30, 12).End());
        var before = await Read();
        await using (var client = await host.Node.Connect("counted"))
        {
            await client.Next("connection_status");
            Assert.Equal(1, await Moved(before, Open));

            await client.Say("count", "c1");
            await client.Next("ai_response");
            gate.SetResult();
            await client.NextDone();
            await client.SendText("""{"type":"ping"}""");
            await client.Next("pong");
            await client.SendText("no frame");
            await client.Next("error");

            Assert.Equal(3, await Moved(before, "chatbox_messages_received_total"));
            Assert.Equal(client.Seen.Count, await Moved(before, "chatbox_messages_sent_total"));
            Assert.Equal(1, await Moved(before, "chatbox_message_errors_total"));
            Assert.Equal(1, await Moved(before, "chatbox_sessions_created_total"));
            Assert.Equal(1, await Moved(before, "chatbox_active_sessions_total"));
            Assert.Equal(1, await Moved(before, """chatbox_llm_requests_total{provider="openai"}"""));
            Assert.Equal(0, await Moved(before, """chatbox_llm_errors_total{provider="openai"}"""));
            Assert.Equal(1, await Moved(before, """chatbox_llm_latency_seconds_count{provider="openai"}"""));
            Assert.Equal(42, await Moved(before, """chatbox_tokens_used_total{provider="openai"}"""));
            Assert.True(await Moved(before, """chatbox_mongodb_operation_seconds_count{operation="session"}""") >= 3);
            await client.Close();
        }

        await MetricsPage.WaitFor(host.Node.Http, Open, open => open == before[Open]);
        Assert.Equal(1, await Moved(before, "chatbox_websocket_connection_duration_seconds_count"));
    }

    [Fact]
    public async Task Second_message_opens_no_second_session()
    {
        await using var client = await host.Node.Connect("once");
        await client.Say("first", "c1");
        await client.NextDone();
        var before = await Read();
        await client.Say("second", "c2");
        await client.NextDone();

        Assert.Equal(0, await Moved(before, "chatbox_sessions_created_total"));
        Assert.Equal(1, await Moved(before, """chatbox_llm_requests_total{provider="openai"}"""));
    }

    [Fact]
    public async Task Model_that_refuses_counts_as_an_error_of_its_provider()
    {
        host.WhenAsked("fail", ModelScript.Refuse(401));
        await using var client = await host.Node.Connect("failed");
        var before = await Read();
        await client.Say("fail", "c1");
        await client.NextDone();
        await client.Next("error");

        Assert.Equal(1, await Moved(before, """chatbox_llm_errors_total{provider="openai"}"""));
        Assert.Equal(0, await Moved(before, """chatbox_llm_latency_seconds_count{provider="openai"}"""));
        Assert.Equal(client.Seen.Count(f => f.Type() == "error"), await Moved(before, "chatbox_message_errors_total"));
    }

    [Fact]
    public async Task Requests_are_counted_by_route_and_the_alias_shows_the_same()
    {
        const string health = """chatbox_http_request_duration_seconds_count{endpoint="/chatbox/healthz",method="GET"}""";
        var before = await Read();
        using (var answer = await host.Node.Http.GetAsync("/chatbox/healthz"))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.Equal(1, await Moved(before, health));
        Assert.Equal((await Read())[health], (await MetricsPage.Read(host.Node.Http, "/metrics"))[health]);
    }

    private Task<IReadOnlyDictionary<string, double>> Read() => MetricsPage.Read(host.Node.Http);

    /// <summary>The increase of a series. A series with labels does not exist before its first use.</summary>
    private async Task<double> Moved(IReadOnlyDictionary<string, double> before, string series) =>
        (await Read()).GetValueOrDefault(series) - before.GetValueOrDefault(series);
}
