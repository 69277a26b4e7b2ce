using System.Net.Sockets;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.SlowReaders;

/// <summary>A client that reads nothing. Protocol section 5, "Slow readers".</summary>
public sealed class SlowReaderTests(SlowReaderTests.Host host) : IClassFixture<SlowReaderTests.Host>
{
    private const string OpenSockets = "chatbox_websocket_connections_total";

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["WS_SLOW_READER_TIMEOUT"] = "500ms", ["WS_WRITE_WAIT"] = "500ms" };
    }

    [Fact]
    public async Task Socket_that_takes_nothing_is_given_up_and_the_others_do_not_notice()
    {
        // Each character takes six bytes of JSON. Three answers of the greatest length exceed the buffers of both sides, but not what a
        // session replays.
        host.WhenAsked("much", ModelScript.Answer([.. Enumerable.Repeat(new string('\u0001', 8_192), 32)]));
        await using var good = await host.Node.Connect("reader");
        for (var n = 1; n <= 3; n++)
        {
            await good.Say("much", $"m{n}");
            await good.NextDone();
        }

        using var handler = new SocketsHttpHandler { ConnectCallback = ConnectWithSmallBuffer };
        using var http = new HttpClient(handler) { BaseAddress = host.Node.Address };
        using var slow = await Upgrade.Send(http, TestNode.Token("reader"), "last_seq=0");
        Assert.Equal(101, (int)slow.StatusCode);
        await MetricsPage.WaitFor(host.Node.Http, OpenSockets, open => open == 2);
        await good.Say("while another is stuck", "m4");
        await good.NextDone();
        await MetricsPage.WaitFor(host.Node.Http, OpenSockets, open => open == 1);

        await good.SendText("""{"type":"ping"}""");
        await good.Next("pong");
    }

    private static async ValueTask<Stream> ConnectWithSmallBuffer(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
