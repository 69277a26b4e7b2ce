using System.Text.Json;
using Akka.Actor;
using Chatbox.Actors.Users;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>
/// Which of a person's sessions is active, and what a repeated command does after that has changed. Promises once and all-devices.
/// </summary>
public sealed class ActiveSessionTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private TestNode Node => host.Node;

    [Theory]
    [InlineData("user_message", """{"type":"user_message","content":"pay user_message","id":"pay-1"}""")]
    [InlineData("stop", """{"type":"stop","id":"pay-1"}""")]
    [InlineData("model_select", """{"type":"model_select","model_id":"two","id":"pay-1"}""")]
    [InlineData("regenerate", """{"type":"regenerate","id":"pay-1"}""")]
    public async Task Command_gets_its_first_ack_wherever_it_is_repeated_after_its_session_has_ended(string name, string frame)
    {
        var user = $"pays by {name}";
        JsonElement first;
        await using (var client = await Node.Connect(user))
        {
            await Begin(client, name);
            await client.SendText(frame);
            first = await client.Next("ack");
            if (name is "user_message" or "regenerate")
                await client.NextDone();
        }

        var session = first.Text("session_id")!;
        await End(user, session);
        var asked = host.Models.Requests.Count;

        // Repeats the command on a socket without a session, on a socket with another session, and after the user's actor has recovered.
        await using var without = await Node.Connect(user);
        Assert.NotEqual(session, (await without.Next("connection_status")).Text("session_id"));
        await Repeat(without);
        await without.Say("something new", "b1");
        var second = (await without.NextDone()).Text("session_id");
        Assert.NotEqual(session, second);
        await Repeat(without);
        await StopUser(user);
        await Repeat(without);
        await using var elsewhere = await Node.Connect(user, $"session_id={second}&last_seq=0");
        await Repeat(elsewhere);

        // The repetition changes nothing else: the socket still watches the second session.
        await without.Say("and more", "b2");
        Assert.Equal(second, (await without.Next("ack")).Text("session_id"));
        await without.NextDone();
        Assert.Equal(asked + 2, host.Models.Requests.Count);
        Assert.DoesNotContain(without.Seen, f => f.Type() == "connection_status" && f.Text("session_id") == session);

        async Task Repeat(TestClient client)
        {
            await client.SendText(frame);
            Assert.Equal(first.GetRawText(), (await client.Next("ack")).GetRawText());
        }
    }

    [Fact]
    public async Task Command_of_an_erased_session_counts_as_new()
    {
        await using var client = await Node.Connect("erases");
        var session = await Begin(client, "erases");
        await client.Say("twice in a life", "e1");
        await client.NextDone();
        Assert.Equal(204, (await Node.Http.Rest("DELETE", $"/sessions/{session}", "erases")).Status);
        Assert.NotEqual(session, (await client.Next("connection_status")).Text("session_id"));

        await client.Say("twice in a life", "e1");

        Assert.NotEqual(session, (await client.Next("ack")).Text("session_id"));
        await client.NextDone();
        Assert.Equal(2, host.RequestsFor("twice in a life").Count);
    }

    [Fact]
    public async Task Resume_of_an_ended_session_leaves_the_answer_in_the_active_one_alone()
    {
        var (ended, active, busy, goOn) = await EndedAndAnswering("resumes");
        await using var tab = await Node.Connect("resumes", $"session_id={ended}&last_seq=0");
        Assert.Equal(ended, (await tab.Next("connection_status")).Text("session_id"));
        await tab.NextDone();
        await tab.SendText("""{"type":"typing_indicator","content":"start"}""");
        await tab.SendText("""{"type":"stop","id":"stops what is here"}""");
        Assert.Equal("NOT_FOUND", (await tab.Next("error")).ErrorCode());
        await using var other = await Node.Connect("resumes");
        Assert.Equal(active, (await other.Next("connection_status")).Text("session_id"));

        goOn.SetResult();

        Assert.Equal("stop", (await busy.NextDone()).Metadata("finish_reason"));
        await busy.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("&last_seq=0&reopen=1")]
    public async Task Opening_an_ended_session_makes_it_the_active_one(string query)
    {
        var user = $"opens {query.Length}";
        var (ended, _, busy, _) = await EndedAndAnswering(user);

        await using var tab = await Node.Connect(user, $"session_id={ended}{query}");

        Assert.Equal("stopped", (await busy.NextDone()).Metadata("finish_reason"));
        await using var other = await Node.Connect(user);
        Assert.Equal(ended, (await other.Next("connection_status")).Text("session_id"));
        await busy.DisposeAsync();
    }

    [Fact]
    public async Task Message_goes_to_the_session_that_the_person_looks_at_though_another_one_has_taken_its_place()
    {
        await using var one = await Node.Connect("two tabs");
        var first = await Begin(one, "first");
        await End("two tabs", first);
        await using var two = await Node.Connect("two tabs");
        var second = await Begin(two, "second");
        await using (var opener = await Node.Connect("two tabs", $"session_id={first}"))
            await opener.Next("connection_status");

        // The second session ended because the first one was opened; its owner did not end it.
        await two.Say("in the second", "t1");
        Assert.Equal(second, (await two.NextDone()).Text("session_id"));
        await one.Say("in the first", "t2");
        Assert.Equal(first, (await one.NextDone()).Text("session_id"));
        await two.Say("in the second again", "t3");
        Assert.Equal(second, (await two.NextDone()).Text("session_id"));

        // The prompt contains the whole second conversation.
        var prompt = host.RequestsFor("in the second again").Single().Json.GetProperty("messages").EnumerateArray();
        Assert.Equal(["begin second", "in the second", "in the second again"], prompt.Where(IsOfUser).Select(m => m.Text("content")));

        static bool IsOfUser(JsonElement message) => message.Text("role") == "user";
    }

    [Fact]
    public async Task Client_whose_message_went_to_another_session_is_told()
    {
        await using var client = await Node.Connect("told");
        var first = await Begin(client, "told");
        await End("told", first);

        await client.Say("and now?", "n1");

        var status = await client.Next("connection_status");
        var notification = await client.Next("notification");
        Assert.Equal("session_ended", notification.Metadata("reason"));
        Assert.Equal(status.Text("session_id"), notification.Text("session_id"));
        Assert.Equal(status.Text("session_id"), (await client.Next("ack")).Text("session_id"));
    }

    [Theory]
    [InlineData("user_message", "\"content\":\"lands elsewhere\"")]
    [InlineData("model_select", "\"model_id\":\"two\"")]
    [InlineData("regenerate", "\"content\":\"x\"")]
    [InlineData("stop", "\"content\":\"x\"")]
    [InlineData("typing_indicator", "\"content\":\"start\"")]
    public async Task Frame_that_names_another_session_of_the_user_is_refused_and_changes_nothing(string type, string field)
    {
        var user = $"names another by {type}";
        await using var client = await Node.Connect(user);
        var first = await Begin(client, type);
        await End(user, first);
        await using var next = await Node.Connect(user);
        var second = await Begin(next, "second");

        await next.SendText($$"""{"type":"{{type}}",{{field}},"session_id":"{{first}}","id":"x1"}""");

        var error = await next.Next("error");
        Assert.Equal(("NOT_FOUND", "session_id", "x1"), (error.ErrorCode(), error.Metadata("field"), error.Text("id")));
        await next.SendText($$"""{"type":"user_message","content":"here","session_id":"{{second}}","id":"x1"}""");
        Assert.Equal(second, (await next.Next("ack")).Text("session_id"));
        await next.NextDone();
        Assert.Empty(host.RequestsFor("lands elsewhere"));
    }

    [Fact]
    public async Task Frame_may_name_a_session_that_the_socket_looked_at_before()
    {
        await using var client = await Node.Connect("was there");
        var first = await Begin(client, "was there");
        await End("was there", first);
        await client.SendText($$"""{"type":"user_message","content":"moves","session_id":"{{first}}","id":"m1"}""");
        var second = (await client.Next("ack")).Text("session_id");
        Assert.NotEqual(first, second);
        await client.NextDone();

        await client.SendText($$"""{"type":"user_message","content":"in the same moment","session_id":"{{first}}","id":"m2"}""");

        Assert.Equal(second, (await client.Next("ack")).Text("session_id"));
    }

    [Fact]
    public async Task Sockets_without_a_session_agree_though_their_users_actor_has_started_anew()
    {
        var goOn = new TaskCompletionSource();
        host.WhenAsked("from the phone", ModelScript.Begin().Pieces("So far").Wait(goOn.Task).Pieces(".").Usage(1, 1).End());
        await using var laptop = await Node.Connect("two devices");
        var fresh = (await laptop.Next("connection_status")).Text("session_id");
        await StopUser("two devices");
        await using var phone = await Node.Connect("two devices");
        Assert.Equal(fresh, (await phone.Next("connection_status")).Text("session_id"));
        await phone.Say("from the phone", "p1");
        await phone.Next("ai_response");
        await StopUser("two devices");

        await laptop.Say("from the laptop", "l1");

        Assert.Equal(fresh, (await laptop.Next(f => f.Type() == "ack" && f.Text("id") == "l1")).Text("session_id"));
        goOn.SetResult();
        Assert.Equal("stop", (await phone.NextDone()).Metadata("finish_reason"));
        Assert.Equal("stop", (await phone.NextDone()).Metadata("finish_reason"));
    }

    /// <summary>An ended session, and an active one whose answer runs until the test releases it.</summary>
    private async Task<(string Ended, string Active, TestClient Busy, TaskCompletionSource GoOn)> EndedAndAnswering(string user)
    {
        var goOn = new TaskCompletionSource();
        var question = $"at length for {user}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("So far").Wait(goOn.Task).Pieces(".").Usage(1, 1).End());
        await using var client = await Node.Connect(user);
        var ended = await Begin(client, user);
        await End(user, ended);
        var busy = await Node.Connect(user);
        await busy.Next("connection_status");
        await busy.Say(question, "q1");
        var active = (await busy.Next("ai_response")).Text("session_id")!;
        Assert.NotEqual(ended, active);
        return (ended, active, busy, goOn);
    }

    /// <summary>A session with one answered message.</summary>
    private static async Task<string> Begin(TestClient client, string name)
    {
        await client.Next("connection_status");
        await client.Say($"begin {name}", $"begin {name}");
        return (await client.NextDone()).Text("session_id")!;
    }

    private async Task End(string user, string session) =>
        Assert.Equal(200, (await Node.Http.Rest("POST", $"/sessions/{session}/end", user)).Status);

    /// <summary>Passivates the user's actor, as when its shard moves.</summary>
    private async Task StopUser(string user)
    {
        var system = Node.Services.GetRequiredService<ActorSystem>();
        var actor = await system
            .ActorSelection($"/system/sharding/user/*/{Uri.EscapeDataString(user)}")
            .ResolveOne(TimeSpan.FromSeconds(10));
        await actor.GracefulStop(Deadline, UserActor.StopUser.Instance);
    }
}
