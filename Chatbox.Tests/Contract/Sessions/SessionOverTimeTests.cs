using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>Sessions end when time passes, and keep their state when their node restarts.</summary>
public sealed class SessionOverTimeTests : IAsyncLifetime
{
    private readonly MovableClock _clock = new();
    private readonly string _data = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.Start(dataDirectory: _data, clock: _clock);

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Idle_session_ends_though_a_socket_is_open_and_the_next_message_reopens_it()
    {
        await using var client = await _node.Connect("idle");
        var first = await Begin(client, "i1");
        await EndIfIdle("idle", first, expected: false);
        _clock.Ahead = _node.Options.Sessions.Ttl;
        await EndIfIdle("idle", first, expected: true);

        // Reopens the session within the time limit, twice.
        _clock.Ahead += _node.Options.Sessions.ReconnectTimeout - TimeSpan.FromMinutes(1);
        await SayHere("i2");
        _clock.Ahead += _node.Options.Sessions.Ttl;
        await EndIfIdle("idle", first, expected: true);
        await SayHere("i3");

        Assert.Single(client.Seen, f => f.Type() == "connection_status");
        await client.Close();
        await using var other = await _node.Connect("idle", $"session_id={first}&last_seq=0");
        for (var n = 0; n < 3; n++)
            await other.NextDone();
        Assert.Equal(3, other.Seen.Count(f => f.Type() == "user_message"));

        async Task SayHere(string id)
        {
            await client.Say("still there?", id);
            Assert.Equal(first, (await client.Next("ack")).Text("session_id"));
            Assert.Equal(first, (await client.NextDone()).Text("session_id"));
        }
    }

    [Fact]
    public async Task Message_to_a_session_that_has_rested_for_too_long_starts_another_and_the_client_is_told()
    {
        await using var client = await _node.Connect("too long");
        var first = await Begin(client, "t1");
        _clock.Ahead = _node.Options.Sessions.Ttl;
        await EndIfIdle("too long", first, expected: true);
        _clock.Ahead += _node.Options.Sessions.ReconnectTimeout + TimeSpan.FromMinutes(1);

        await client.Say("still there?", "t2");

        var status = await client.Next("connection_status");
        Assert.NotEqual(first, status.Text("session_id"));
        var notification = await client.Next("notification");
        Assert.Equal("session_expired", notification.Metadata("reason"));
        Assert.Equal(status.Text("session_id"), notification.Text("session_id"));
        Assert.Equal(status.Text("session_id"), (await client.Next("ack")).Text("session_id"));
    }

    [Fact]
    public async Task Message_reopens_its_session_though_another_device_has_none_by_now()
    {
        await using var desk = await _node.Connect("desk and phone");
        var first = await Begin(desk, "d1");
        _clock.Ahead = _node.Options.Sessions.Ttl;
        await EndIfIdle("desk and phone", first, expected: true);
        await using var phone = await _node.Connect("desk and phone");
        Assert.NotEqual(first, (await phone.Next("connection_status")).Text("session_id"));

        await desk.Say("still there?", "d2");

        Assert.Equal(first, (await desk.Next("ack")).Text("session_id"));
        await desk.NextDone();
        await phone.Say("here too", "p1");
        Assert.Equal(first, (await phone.Next("ack")).Text("session_id"));
    }

    [Fact]
    public async Task Session_that_rested_and_is_then_ended_by_its_owner_is_not_reopened_by_a_message()
    {
        await using var client = await _node.Connect("on purpose");
        var first = await Begin(client, "o1");
        _clock.Ahead = _node.Options.Sessions.Ttl;
        await EndIfIdle("on purpose", first, expected: true);
        await End("on purpose", first);

        await client.Say("anew", "o2");

        Assert.NotEqual(first, (await client.Next("ack")).Text("session_id"));
    }

    [Fact]
    public async Task Session_that_ended_long_ago_is_shown_and_a_message_to_it_starts_another()
    {
        await using var client = await _node.Connect("late");
        var first = await Begin(client, "l1");
        await End("late", first);
        _clock.Ahead = _node.Options.Sessions.ReconnectTimeout + TimeSpan.FromSeconds(1);

        await using var back = await _node.Connect("late", $"session_id={first}&last_seq=0");
        Assert.Equal(first, (await back.Next("connection_status")).Text("session_id"));
        Assert.Equal("begin l1", (await back.Next("user_message")).Text("content"));
        Assert.Equal(first, (await back.NextDone()).Text("session_id"));

        await back.Say("anew", "l2");
        var status = await back.Next("connection_status");
        Assert.NotEqual(first, status.Text("session_id"));
        Assert.Equal(status.Text("session_id"), (await back.Next("ack")).Text("session_id"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Command_that_was_moved_takes_effect_once_through_a_restart_whatever_the_client_names(bool namesTheEndedOne)
    {
        string first;
        string second;
        string ack;
        await using (var client = await _node.Connect("crash"))
        {
            first = await Begin(client, "k1");
            await End("crash", first);
            await client.Say("moved", "k2");
            var acknowledged = await client.Next("ack");
            (second, ack) = (acknowledged.Text("session_id")!, acknowledged.GetRawText());
        }

        await _node.DisposeAsync();
        _node = await TestNode.Start(dataDirectory: _data, clock: _clock);
        await using var back = await _node.Connect("crash", namesTheEndedOne ? $"session_id={first}" : "");
        Assert.Equal(namesTheEndedOne ? first : second, (await back.Next("connection_status")).Text("session_id"));
        await back.Say("moved", "k2");
        Assert.Equal(ack, (await back.Next("ack")).GetRawText());

        // The message is not in the first session, and exactly once in the second.
        _clock.Ahead = _node.Options.Sessions.ReconnectTimeout + TimeSpan.FromSeconds(1);
        await End("crash", first);
        foreach (var (session, expected) in new[] { (first, 0), (second, 1) })
        {
            await using var reader = await _node.Connect("crash", $"session_id={session}&last_seq=0");
            await reader.SendText("""{"type":"stop","id":"end of reading"}""");
            await reader.Next(f => f.Type() is "ack" or "error");
            Assert.Equal(expected, reader.Seen.Count(f => f.Type() == "user_message" && f.Text("content") == "moved"));
        }
    }

    private IActorRef Sessions => _node.Services.GetRequiredService<IRequiredActor<SessionActor>>().ActorRef;

    private async Task EndIfIdle(string user, string session, bool expected)
    {
        Sessions.Tell(new EndIfIdle(new SessionId(session)));
        var query = new GetOwnership(new SessionId(session), new UserId(user));
        Assert.Equal(expected, (await Sessions.Ask<Ownership>(query, TimeSpan.FromSeconds(20))).Ended);
    }

    private Task<CommandAccepted> End(string user, string session) =>
        Sessions.Ask<CommandAccepted>(
            new EndSession(new SessionId(session), CommandId.NewAtEdge(), new UserId(user)),
            TimeSpan.FromSeconds(20)
        );

    private static async Task<string> Begin(TestClient client, string id)
    {
        await client.Next("connection_status");
        await client.Say($"begin {id}", id);
        return (await client.NextDone()).Text("session_id")!;
    }

    /// <summary>The system's time plus an offset that the test sets.</summary>
    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
