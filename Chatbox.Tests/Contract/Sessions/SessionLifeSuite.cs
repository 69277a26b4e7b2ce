using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>The end, the reopening and the erasure of a session as sockets see them. Protocol section 3, "Binding".</summary>
public abstract class SessionLifeSuite(ScriptedNode host)
{
    private TestNode Node => host.Node;

    [StoreFact]
    public async Task Message_after_the_end_starts_a_new_session_under_the_same_command_id()
    {
        await using var client = await Node.Connect("after");
        var first = await Begin(client, "a1");
        await End("after", first);

        await client.Say("and now?", "a2");
        var status = await client.Next("connection_status");
        var ack = await client.Next("ack");
        await client.NextDone();

        Assert.NotEqual(first, status.Text("session_id"));
        Assert.Equal(status.Text("session_id"), ack.Text("session_id"));
        Assert.Equal("a2", ack.Text("id"));
        Assert.Single(host.RequestsFor("and now?"));
        await using var other = await Node.Connect("after");
        Assert.Equal(status.Text("session_id"), (await other.Next("connection_status")).Text("session_id"));
    }

    [StoreTheory]
    [InlineData("""{"type":"model_select","model_id":"two","id":"x"}""")]
    [InlineData("""{"type":"stop","id":"x"}""")]
    [InlineData("""{"type":"regenerate","id":"x"}""")]
    public async Task Other_commands_after_the_end_are_refused_and_take_the_socket_nowhere(string frame)
    {
        var user = $"other {frame.Length}";
        await using var client = await Node.Connect(user);
        var first = await Begin(client, "o1");
        await End(user, first);

        await client.SendText(frame);
        var error = await client.Next("error");
        await client.SendText("""{"type":"ping"}""");
        await client.Next("pong");

        Assert.Equal(("NOT_FOUND", "x", first), (error.ErrorCode(), error.Text("id"), error.Text("session_id")));
        Assert.Single(client.Seen, f => f.Type() == "connection_status");
    }

    [StoreTheory]
    [InlineData("""{"type":"stop","id":"x"}""")]
    [InlineData("""{"type":"regenerate","id":"x"}""")]
    public async Task Socket_that_gives_a_command_while_its_session_is_erased_is_bound_elsewhere(string frame)
    {
        var user = $"erasing {frame.Length}";
        await using var client = await Node.Connect(user);
        var first = await Begin(client, "e1");
        var erased = Erase(user, first);
        await client.SendText(frame);
        await client.Next(f => f.Type() == "connection_status" && f.Text("session_id") != first, "new connection_status");

        Assert.IsType<CommandAccepted>(await erased);
    }

    [StoreFact]
    public async Task Repeated_command_gets_its_first_ack_after_the_end_and_no_second_effect()
    {
        await using var client = await Node.Connect("repeats");
        await client.Next("connection_status");
        await client.Say("only once", "r1");
        var first = await client.Next("ack");
        await client.NextDone();
        await End("repeats", first.Text("session_id")!);

        await client.Say("only once", "r1");

        Assert.Equal(first.GetRawText(), (await client.Next("ack")).GetRawText());
        Assert.Single(host.RequestsFor("only once"));
    }

    [StoreFact]
    public async Task Command_that_went_to_a_new_session_has_no_second_effect_in_one_that_was_reopened()
    {
        await using var client = await Node.Connect("comes back");
        var first = await Begin(client, "b1");
        await End("comes back", first);
        await client.Say("moved once", "b2");
        var ack = await client.Next("ack");
        await client.NextDone();
        client.Abort();

        // Neither the new binding nor the ack has reached the client.
        await using var again = await Node.Connect("comes back", $"session_id={first}");
        Assert.Equal(first, (await again.Next("connection_status")).Text("session_id"));
        await again.Say("moved once", "b2");

        Assert.Equal(ack.GetRawText(), (await again.Next("ack")).GetRawText());
        Assert.Single(host.RequestsFor("moved once"));
    }

    [StoreFact]
    public async Task Second_device_follows_with_its_next_message_and_does_not_end_the_new_session()
    {
        await using var one = await Node.Connect("devices");
        await using var two = await Node.Connect("devices");
        await two.Next("connection_status");
        var first = await Begin(one, "d1");
        await End("devices", first);
        await one.Say("from one", "d2");
        var second = (await one.Next("connection_status")).Text("session_id");
        await one.NextDone();

        await two.Say("from two", "d3");
        Assert.Equal(second, (await two.Next("connection_status")).Text("session_id"));
        await two.NextDone();

        Assert.Equal("from two", (await one.Next("user_message")).Text("content"));
    }

    [StoreFact]
    public async Task End_stops_the_running_answer_and_everybody_reads_on()
    {
        host.WhenAsked("for ever", ModelScript.Begin().Pieces("So far").Hang());
        await using var client = await Node.Connect("stopped");
        await using var reader = await Node.Connect("stopped");
        await reader.Next("connection_status");
        await client.Next("connection_status");
        await client.Say("for ever", "s1");
        var piece = await client.Next("ai_response");

        await End("stopped", piece.Text("session_id")!);

        foreach (var socket in new[] { client, reader })
        {
            var done = await socket.NextDone();
            Assert.Equal("stopped", done.Metadata("finish_reason"));
            Assert.Equal("So far", socket.TextOf(done.Text("message_id")!));
            await socket.SendText("""{"type":"ping"}""");
            await socket.Next("pong");
        }
    }

    [StoreFact]
    public async Task Socket_without_a_name_is_not_bound_to_a_session_that_has_ended()
    {
        await using var client = await Node.Connect("no name");
        var first = await Begin(client, "n1");
        await End("no name", first);

        await using var next = await Node.Connect("no name");

        Assert.NotEqual(first, (await next.Next("connection_status")).Text("session_id"));
    }

    [StoreFact]
    public async Task Session_that_is_named_in_time_is_reopened_and_the_active_one_ends()
    {
        await using var client = await Node.Connect("reopens");
        var first = await Begin(client, "p1");
        await End("reopens", first);
        await client.Say("elsewhere", "p2");
        var second = (await client.Next("ack")).Text("session_id")!;
        await client.NextDone();

        await using var back = await Node.Connect("reopens", $"session_id={first}");
        await back.Next("connection_status");
        await back.Say("on we go", "p3");

        Assert.Equal(first, (await back.Next("ack")).Text("session_id"));
        await back.NextDone();
        await using var other = await Node.Connect("reopens");
        Assert.Equal(first, (await other.Next("connection_status")).Text("session_id"));
        Assert.True((await Ask<Ownership>(new GetOwnership(new SessionId(second), new UserId("reopens")))).Ended);
    }

    [StoreFact]
    public async Task Erased_session_is_gone_for_its_viewers_at_once_and_for_good()
    {
        await using var client = await Node.Connect("erased");
        var first = await Begin(client, "e1");
        Assert.IsType<CommandAccepted>(await Erase("erased", first));

        var status = await client.Next("connection_status");
        Assert.NotEqual(first, status.Text("session_id"));
        await client.Say("life goes on", "e2");
        Assert.Equal(status.Text("session_id"), (await client.Next("ack")).Text("session_id"));

        foreach (var user in new[] { "erased", "somebody" })
        {
            await using var late = await Node.Connect(user, $"session_id={first}&last_seq=0");
            await late.Next("connection_status");
            await late.Say($"to {user}", "late");
            await late.Next("ack");
            Assert.All(late.Seen, f => Assert.NotEqual(first, f.Text("session_id")));
        }

        var refused = await Ask<ISessionReply>(new EndSession(new SessionId(first), CommandId.NewAtEdge(), new UserId("somebody")));
        Assert.IsType<CommandRefused>(refused);
    }

    [StoreFact]
    public async Task Nobody_ends_or_erases_the_session_of_another()
    {
        await using var client = await Node.Connect("owner");
        var first = await Begin(client, "f1");
        var session = new SessionId(first);
        var thief = new UserId("thief");

        var end = await Ask<CommandRefused>(new EndSession(session, CommandId.NewAtEdge(), thief));
        var erase = await Ask<CommandRefused>(new EraseSession(session, CommandId.NewAtEdge(), thief, false));

        Assert.Equal((Refusal.NotFound, Refusal.NotFound), (end.Reason, erase.Reason));
        await using var other = await Node.Connect("thief", $"session_id={first}");
        Assert.NotEqual(first, (await other.Next("connection_status")).Text("session_id"));
        await client.Say("still mine", "f2");
        Assert.Equal(first, (await client.Next("ack")).Text("session_id"));
    }

    private IActorRef Sessions => Node.Services.GetRequiredService<IRequiredActor<SessionActor>>().ActorRef;

    private Task<T> Ask<T>(object message) => Sessions.Ask<T>(message, TimeSpan.FromSeconds(20));

    private Task<CommandAccepted> End(string user, string session) =>
        Ask<CommandAccepted>(new EndSession(new SessionId(session), CommandId.NewAtEdge(), new UserId(user)));

    private Task<ISessionReply> Erase(string user, string session) =>
        Ask<ISessionReply>(new EraseSession(new SessionId(session), CommandId.NewAtEdge(), new UserId(user), false));

    /// <summary>A session with one answered message.</summary>
    private static async Task<string> Begin(TestClient client, string id)
    {
        await client.Next("connection_status");
        await client.Say($"begin {id}", id);
        return (await client.NextDone()).Text("session_id")!;
    }
}

/// <inheritdoc />
public sealed class SessionLifeTests(ScriptedNode host) : SessionLifeSuite(host), IClassFixture<ScriptedNode>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class SessionLifeOnPostgresTests(ScriptedNodeOnPostgres host) : SessionLifeSuite(host), IClassFixture<ScriptedNodeOnPostgres>;

/// <inheritdoc />
[OnMongoServer]
public sealed class SessionLifeOnMongoTests(ScriptedNodeOnMongo host) : SessionLifeSuite(host), IClassFixture<ScriptedNodeOnMongo>;
