using System.Net.WebSockets;

namespace Chatbox.Tests.Contract.Sockets;

/// <summary>Pings, silence and message size. Protocol section 3, "Liveness".</summary>
public sealed class LivenessTests(LivenessTests.Host host) : IClassFixture<LivenessTests.Host>
{
    private const int MaxMessageSize = 2048;

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["WS_PING_PERIOD"] = "200ms",
                ["WS_PONG_WAIT"] = "500ms",
                ["MAX_MESSAGE_SIZE"] = $"{MaxMessageSize}",
            };
    }

    private TestNode Node => host.Node;

    [Fact]
    public async Task Ping_gets_its_fixed_pong()
    {
        await using var client = await Node.Connect("pinger");
        await client.SendText("""{"type":"ping","id":"p1"}""");

        Assert.Equal("""{"type":"pong"}""", (await client.Next("pong")).GetRawText());
        Assert.Equal(["connection_status", "pong"], client.Seen.Select(f => f.Type()));
    }

    [Fact]
    public async Task Client_that_answers_no_ping_is_given_up_and_one_that_does_stays()
    {
        await using var answers = await Node.Connect("answers");
        await answers.Next("connection_status");
        using var upgraded = await Upgrade.Send(Node, TestNode.Token("silent"));
        await using var connection = await upgraded.Content.ReadAsStreamAsync();

        var received = await ReadToEnd(connection);
        Assert.Contains(ProtocolPings(received), isPing => isPing);

        await answers.SendText("""{"type":"ping"}""");
        await answers.Next("pong");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Message_that_never_ends_is_not_waited_for(int bytes)
    {
        // The client answers every ping, but its message never ends.
        await using var client = await Node.Connect($"endless {bytes}");
        await client.Next("connection_status");
        await client.Socket.SendAsync(new byte[bytes], WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);

        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Message_of_the_largest_size_is_read_and_one_byte_more_closes_with_1009()
    {
        await using var client = await Node.Connect("large");
        await client.SendText("""{"type":"ping"}""".PadRight(MaxMessageSize));
        await client.Next("pong");

        await client.SendText("""{"type":"ping"}""".PadRight(MaxMessageSize + 1));
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.CloseStatus);
    }

    [Fact]
    public async Task Fragments_count_together()
    {
        await using var client = await Node.Connect("fragments");
        for (var n = 0; n < 2; n++)
            await client.Socket.SendAsync(new byte[MaxMessageSize * 2 / 3], WebSocketMessageType.Text, false, CancellationToken.None);

        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.CloseStatus);
    }

    private static async Task<byte[]> ReadToEnd(Stream connection)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var all = new MemoryStream();
        try
        {
            await connection.CopyToAsync(all, deadline.Token);
        }
        catch (IOException)
        {
            // A reset ends the connection too.
        }

        return all.ToArray();
    }

    /// <summary>For each frame from the server, whether it is a ping (opcode 9).</summary>
    private static IEnumerable<bool> ProtocolPings(byte[] bytes)
    {
        for (var at = 0; at + 2 <= bytes.Length; )
        {
            yield return (bytes[at] & 0x0F) == 9;
            var length = bytes[at + 1] & 0x7F;
            at += length switch
            {
                126 => 4 + (bytes[at + 2] << 8 | bytes[at + 3]),
                < 126 => 2 + length,
                _ => throw new InvalidOperationException("No frame of these tests is that long."),
            };
        }
    }
}
