namespace Chatbox.Tests.Contract.Attacks;

/// <summary>Clients that flood a node. The node runs in its own process, because a stack overflow would end the test run too.</summary>
public sealed class FloodTests
{
    [Fact]
    public async Task Flood_behind_a_refused_message_harms_nobody()
    {
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string> { ["MAX_MESSAGE_SIZE"] = "1024", ["WS_WRITE_WAIT"] = "2s" }
        );
        await using var good = await TestClient.Connect(node.Address, TestNode.Token("good"));
        await good.Next("connection_status");

        // One message that is too large, then one-byte frames at full speed, without ever answering the close frame.
        var frames = new MemoryStream();
        frames.Write([0x82, 0x80 | 126, 2000 >> 8, 2000 & 0xFF, 0, 0, 0, 0]);
        frames.Write(new byte[2000]);
        for (var n = 0; n < 200_000; n++)
            frames.Write([0x82, 0x81, 0, 0, 0, 0, (byte)'x']);
        using var bad = await Upgrade.Send(node.Http, TestNode.Token("bad"));
        await using var connection = await bad.Content.ReadAsStreamAsync();
        try
        {
            await connection.WriteAsync(frames.ToArray());
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await connection.CopyToAsync(Stream.Null, deadline.Token);
        }
        catch (IOException)
        {
            // The node has closed the connection.
        }

        await good.SendText("""{"type":"ping"}""");
        await good.Next("pong");
    }
}
