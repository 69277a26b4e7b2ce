using System.Buffers.Text;
using System.Net;
using System.Text;
using Chatbox.Client;
using Chatbox.Client.Connections;

namespace Chatbox.Tests.Unit.Clients;

/// <summary>What a client does about time, tokens and its readers. What it promises over real networks is in <c>ConformanceTests</c>.</summary>
public sealed class ChatClientTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Network_that_dies_silently_is_noticed_and_the_next_connection_resumes()
    {
        await using var server = new ScriptedServer();
        server.Client.Connect();
        var first = await server.Socket();
        first.Bind("alice");
        first.Say(
            new
            {
                type = "user_message",
                message_id = "m1",
                seq = 4,
                content = "hello",
                sender = "user",
            }
        );
        await server.Client.Until(now => now.LastSeq == 4);

        var second = await server.Socket(step: TimeSpan.FromSeconds(5));

        Assert.True(first.Has("ping"));
        Assert.Contains("last_seq=4", second.Address.Query, StringComparison.Ordinal);
        Assert.Contains("session_id=s1", second.Address.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_says_when_to_connect_again()
    {
        await using var server = new ScriptedServer();
        server.Client.Connect();
        var first = await server.Socket();
        first.Bind("alice");
        var hint = new Dictionary<string, string> { ["reason"] = "reconnect", ["reconnect_after_ms"] = "7000" };
        using var events = server.Client.Subscribe();
        first.Say(
            new
            {
                type = "notification",
                content = "bye",
                metadata = hint,
            }
        );
        await ScriptedServer.First<ChatEvent.FrameReceived>(events, e => e.Frame.Type == "notification");
        var hinted = server.Clock.GetUtcNow();
        first.End(1001);

        await server.Socket();

        Assert.True(server.Clock.GetUtcNow() - hinted >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Token_is_renewed_a_minute_before_it_expires_on_the_same_connection()
    {
        var tokens = new Queue<string>([Token("alice", TimeSpan.FromMinutes(3)), Token("alice", TimeSpan.FromHours(2))]);
        var needs = new List<TokenNeed>();
        await using var server = new ScriptedServer(request =>
        {
            needs.Add(request.Need);
            return tokens.Dequeue();
        });
        server.Client.Connect();
        var socket = await server.Socket();
        socket.Bind("alice");
        await server.Client.UntilBound();

        await server.Pass(
            () =>
            {
                socket.Say(new { type = "pong" }); // the network lives
                return tokens.Count == 0 ? tokens : null;
            },
            step: TimeSpan.FromSeconds(5)
        );

        Assert.Equal(TimeSpan.FromHours(2), ClientToken.Expiry((await socket.Next("token_refresh")).Text("content")) - Start);
        Assert.True(server.Clock.GetUtcNow() - Start >= TimeSpan.FromMinutes(2));
        Assert.Equal([TokenNeed.Connect, TokenNeed.Expiring], needs);
    }

    [Fact]
    public async Task Refused_token_is_replaced_once_and_the_same_one_again_ends_the_connection()
    {
        await using var server = new ScriptedServer(request => request.Refused is null ? "first.x.x" : "second.x.x");
        using var events = server.Client.Subscribe();
        server.Client.Connect();
        (await server.Socket()).End(4001, "token expired");

        var second = await server.Socket();
        Assert.Equal("second.x.x", second.Token);
        second.Bind("alice");
        await server.Client.UntilBound();
        second.End(4001, "token withdrawn");

        Assert.Equal(RefusalReason.Withdrawn, (await ScriptedServer.First<ChatEvent.TokenRefused>(events)).Reason);
        Assert.Equal(ClientState.Stopped, server.Client.State);
    }

    [Fact]
    public async Task Provider_that_fails_is_told_and_asked_again()
    {
        var calls = 0;
        await using var server = new ScriptedServer(_ => calls++ == 0 ? throw new InvalidOperationException("no network") : "a.b.c");
        using var events = server.Client.Subscribe();
        server.Client.Connect();

        Assert.Equal("a.b.c", (await server.Socket()).Token);

        Assert.Equal("no network", (await ScriptedServer.First<ChatEvent.TokenFailed>(events)).Failure.Message);
    }

    [Fact]
    public async Task Malformed_token_never_leaves_the_client()
    {
        await using var server = new ScriptedServer(_ => "not a\r\ntoken");
        using var events = server.Client.Subscribe();
        server.Client.Connect();

        Assert.Equal(RefusalReason.Malformed, (await ScriptedServer.First<ChatEvent.TokenRefused>(events)).Reason);
    }

    [Fact]
    public async Task Server_that_is_busy_is_asked_when_it_wants_to_be_and_never_taken_for_a_network_that_blocks()
    {
        await using var server = new ScriptedServer { TakesUpgrades = false };
        server.Plain = () =>
        {
            server.TakesUpgrades = true;
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "9" } } };
        };
        server.Client.Connect();

        await server.Socket();

        Assert.True(server.Clock.GetUtcNow() - Start >= TimeSpan.FromSeconds(9));
        Assert.Equal(["/chatbox/ws"], server.Requests);
    }

    [Fact]
    public async Task Two_upgrades_that_something_blocks_lead_to_plain_http()
    {
        await using var server = new ScriptedServer { TakesUpgrades = false };
        server.Client.Connect();

        var stream = await server.Pass(() =>
        {
            lock (server.Requests)
                return server.Requests.Find(path => path != "/chatbox/ws");
        });

        Assert.Equal("/chatbox/stream", stream);
        Assert.Equal(2, server.Requests.Count(path => path == "/chatbox/ws"));
    }

    [Fact]
    public async Task Message_can_be_taken_back_only_while_the_server_cannot_have_it()
    {
        await using var server = new ScriptedServer();
        var early = await server.Client.Send("taken back");
        Assert.True(server.Client.Discard(early));
        Assert.False(server.Client.Discard(early));
        server.Client.Connect();
        var socket = await server.Socket();
        socket.Bind("alice");
        await server.Client.UntilBound();

        var sent = await server.Client.Send("sent");

        Assert.Equal("sent", (await socket.Next("user_message")).Text("content"));
        Assert.False(server.Client.Discard(sent));
    }

    [Fact]
    public async Task Slow_reader_loses_the_oldest_events_is_told_how_many_and_the_conversation_has_everything()
    {
        await using var server = new ScriptedServer();
        server.Client.Connect();
        var socket = await server.Socket();
        socket.Bind("alice");
        await server.Client.UntilBound();
        using var events = server.Client.Subscribe(capacity: 4);
        for (var n = 1; n <= 50; n++)
            socket.Say(
                new
                {
                    type = "user_message",
                    message_id = $"m{n}",
                    seq = n,
                    content = "hello",
                    sender = "user",
                }
            );

        await server.Client.Until(now => now.Entries.Count == 50);

        await using var read = events.GetAsyncEnumerator();
        Assert.True(await read.MoveNextAsync());
        Assert.InRange(Assert.IsType<ChatEvent.Missed>(read.Current).Count, 80, 100); // each message makes two events
        for (var n = 0; n < 4; n++)
            Assert.True(await read.MoveNextAsync());
        Assert.Equal(50, Assert.IsType<ChatEvent.ConversationChanged>(read.Current).Conversation.Entries.Count);
    }

    [Fact]
    public async Task Waiting_ends_with_the_client()
    {
        var server = new ScriptedServer();
        var waiting = server.Client.Until(_ => false);

        await server.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    private static string Token(string user, TimeSpan lifetime)
    {
        var claims = $$"""{"user_id":"{{user}}","exp":{{(Start + lifetime).ToUnixTimeSeconds()}}}""";
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.x";
    }
}
