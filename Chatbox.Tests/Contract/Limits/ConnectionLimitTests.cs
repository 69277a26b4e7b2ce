using System.Net.WebSockets;

namespace Chatbox.Tests.Contract.Limits;

/// <summary>The limit of ten sockets per user. Protocol sections 1 and 3.</summary>
public sealed class ConnectionLimitTests(ConnectionLimitTests.Host host) : IClassFixture<ConnectionLimitTests.Host>
{
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["MAX_MESSAGE_SIZE"] = "1024",
                ["WS_PING_PERIOD"] = "200ms",
                ["WS_PONG_WAIT"] = "600ms",
                ["RATE_LIMIT"] = "1",
            };
    }

    private TestNode Node => host.Node;

    [Fact]
    public async Task Eleventh_socket_is_refused_and_every_live_one_hears_of_it()
    {
        await using var sockets = await Ten("alice");
        await using var other = new OpenClients();
        await other.Add(Node, "bob");

        using (var refused = await Upgrade.Send(Node, TestNode.Token("alice")))
        {
            Assert.Equal(429, (int)refused.StatusCode);
            Assert.True(int.Parse(refused.Header("Retry-After")!) >= 1);
        }

        foreach (var socket in sockets.Open)
        {
            var notice = await socket.Next("notification");
            Assert.Equal("connection_limit", notice.Metadata("reason"));
            Assert.Equal("system", notice.Text("sender"));
            Assert.StartsWith("Connection limit reached.", notice.Text("content"));
            Assert.Contains("maximum number of simultaneous connections. Close an existing connection", notice.Text("content"));
        }

        await other.Open[0].SendText("""{"type":"ping"}""");
        await other.Open[0].Next("pong");
        Assert.DoesNotContain(other.Open[0].Seen, f => f.Type() == "notification");
    }

    public static TheoryData<string> WaysToDie => new("closed", "aborted", "too big", "not a frame", "silent", "over the limit");

    [Theory]
    [MemberData(nameof(WaysToDie))]
    public async Task Socket_that_has_gone_leaves_its_place_to_another(string way)
    {
        var user = $"dying {way}";
        await using var sockets = await Ten(user, leaveOut: 1);
        using var last = await Upgrade.Send(Node, TestNode.Token(user));
        Assert.Equal(101, (int)last.StatusCode);
        Assert.Equal(429, await Upgrade.Status(Node, TestNode.Token(user)));

        await using var connection = await last.Content.ReadAsStreamAsync();
        await Die(way, connection);
        await sockets.AddWhenFree(Node, user);

        Assert.Equal(429, await Upgrade.Status(Node, TestNode.Token(user)));
    }

    private static async Task Die(string way, Stream connection)
    {
        using var socket = WebSocket.CreateFromStream(connection, new WebSocketCreationOptions());
        switch (way)
        {
            case "closed":
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                break;
            case "aborted":
                socket.Abort();
                break;
            case "too big":
                await socket.SendAsync(new byte[1025], WebSocketMessageType.Binary, true, CancellationToken.None);
                await Read(socket);
                break;
            case "not a frame":
                await connection.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
                await ReadBytes(connection);
                break;
            case "silent":
                await ReadBytes(connection); // reads everything, pings included, and answers nothing
                break;
            case "over the limit":
                for (var n = 0; n < 20; n++)
                    await socket.SendAsync(
                        """{"type":"user_message","content":"again"}"""u8.ToArray(),
                        WebSocketMessageType.Text,
                        true,
                        CancellationToken.None
                    );
                await Read(socket);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(way), way, null);
        }
    }

    /// <summary>Reads to the end and answers the close frame.</summary>
    private static async Task Read(WebSocket socket)
    {
        var buffer = new byte[4096];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await socket.ReceiveAsync(buffer, deadline.Token)).MessageType != WebSocketMessageType.Close) { }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
    }

    private static async Task ReadBytes(Stream connection)
    {
        var buffer = new byte[4096];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            while (await connection.ReadAsync(buffer, deadline.Token) > 0) { }
        }
        catch (IOException)
        {
            // A reset ends the connection too.
        }
    }

    private async Task<OpenClients> Ten(string user, int leaveOut = 0)
    {
        var sockets = new OpenClients();
        for (var n = leaveOut; n < 10; n++)
            await sockets.Add(Node, user);
        return sockets;
    }
}
