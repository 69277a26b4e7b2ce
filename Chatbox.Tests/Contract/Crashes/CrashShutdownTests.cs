using System.Diagnostics;
using System.Net.WebSockets;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>
/// SIGTERM in the middle of an answer: nothing that was shown is withdrawn, and the answer continues in the next process.
/// </summary>
public sealed class CrashShutdownTests(CrashNodes host) : IClassFixture<CrashNodes>
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30); // the default of SHUTDOWN_TIMEOUT

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task Answer_that_waits_for_its_model_goes_on_after_a_restart(string? interval)
    {
        var question = $"stopped, every {interval ?? "second"}";
        host.WhenAsked(question, _ => ModelScript.Begin().Pieces("Half ", "of it").Hang());
        var node = await host.Node(interval);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        await client.UntilShown("Half of it".Length);

        await StopAndComeBack(node, client, question);
        Assert.Equal("Half of it, and the rest.", client.Answers.Single().Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task Answer_that_flows_all_through_the_shutdown_goes_on_after_a_restart(string? interval)
    {
        var question = $"stopped while it flowed, every {interval ?? "second"}";
        var flow = Enumerable
            .Range(0, 20_000)
            .Aggregate(ModelScript.Begin(), (s, n) => s.Pieces($"{n} ").Delay(TimeSpan.FromMilliseconds(1)));
        host.WhenAsked(question, _ => flow.End());
        var node = await host.Node(interval);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        while (client.Text.Length < 500)
            await client.Next("ai_response");

        await StopAndComeBack(node, client, question);
        Assert.EndsWith(", and the rest.", client.Answers.Single().Text);
    }

    /// <summary>
    /// Requests without an end, a socket whose client ignores the close frame, and an operator who reads the log: each of them could hold
    /// the end of the node until its deadline.
    /// </summary>
    [Fact]
    public async Task Strangers_who_do_not_go_do_not_hold_the_end_of_the_node()
    {
        const string question = "stopped among strangers";
        host.WhenAsked(question, _ => ModelScript.Begin().Pieces("Half ", "of it").Hang());
        var node = await host.Node(null);
        var token = $"Authorization: Bearer {TestNode.Token("stranger")}\r\n";
        using var headers = await RawClient.Send(node.Address, "GET /chatbox/healthz HTTP/1.1\r\nHost: x\r\n");
        using var body = await RawClient.Send(
            node.Address,
            $"POST /chatbox/sessions/x/share HTTP/1.1\r\nHost: x\r\n{token}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"
        );
        using var socket = await RawClient.Send(
            node.Address,
            $"GET /chatbox/ws HTTP/1.1\r\nHost: x\r\n{token}Connection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        Assert.StartsWith("HTTP/1.1 101", await socket.ReadLine());
        using var log = await RawClient.Send(node.OperatorAddress, $"GET /log HTTP/1.1\r\nHost: {node.OperatorAddress.Authority}\r\n\r\n");
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        await client.UntilShown("Half of it".Length);

        await StopAndComeBack(node, client, question, ShutdownTimeout / 2);
        Assert.Equal("Half of it, and the rest.", client.Answers.Single().Text);
    }

    private async Task StopAndComeBack(NodeProcess node, CrashClient client, string question, TimeSpan? within = null)
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await node.Terminate());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, within ?? ShutdownTimeout);
        await client.UntilEnded();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Socket.CloseStatus);
        Assert.Single(client.ReconnectHints); // pieces of the answer may still arrive between the notification and the close
        var had = client.Text;

        host.WhenAsked(question, _ => ModelScript.Answer(", and ", "the rest."));
        await node.Start();
        await client.Connect(node);
        await client.Until(questions: 1, answers: 1);

        Assert.Equal("", client.Withdrawn);
        var prefix = await host.Asked(question, 1);
        Assert.StartsWith(had, prefix);
        Assert.Equal(prefix + ", and the rest.", client.Answers.Single().Text);
        Assert.Equal(2, host.AskedToGoOnFrom(question).Count);
    }
}
