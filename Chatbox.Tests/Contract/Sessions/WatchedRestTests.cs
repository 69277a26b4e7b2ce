using System.Text.Json;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>A session leaves memory while people look at it, and nobody notices.</summary>
public sealed class WatchedRestTests(WatchedRestTests.Host host) : IClassFixture<WatchedRestTests.Host>
{
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["SESSION_PASSIVATE_AFTER"] = "1s" };
    }

    [Fact]
    public async Task Devices_stay_and_see_everything_that_follows_once_and_in_order()
    {
        await using var phone = await host.Node.Connect("resting");
        await using var laptop = await host.Node.Connect("resting");
        var session = (await laptop.Next("connection_status")).Text("session_id")!;
        for (var n = 0; n < 4; n++)
        {
            await Rest();
            await phone.Say($"question {n}", $"q{n}");
            await phone.NextDone();
            await laptop.NextDone();
        }

        Assert.Single(phone.Seen, f => f.Type() == "connection_status");
        Assert.Single(laptop.Seen, f => f.Type() == "connection_status");
        Assert.Equal(["q0", "q1", "q2", "q3"], phone.Seen.Where(f => f.Type() == "ack").Select(f => f.Text("id")));
        var history = await host.Node.Http.History(session, "resting");
        Assert.Equal(8, history.Count);
        Assert.Equal(history.Select(Item), Items(phone));
        Assert.Equal(history.Select(Item), Items(laptop));
    }

    [Fact]
    public async Task What_somebody_else_does_wakes_the_session_and_reaches_the_device_that_stayed()
    {
        await using var laptop = await host.Node.Connect("waking");
        await laptop.Say("Hello", "q");
        await laptop.NextDone();
        var session = laptop.Seen[0].Text("session_id")!;
        await Rest();

        await using (var phone = await host.Node.Connect("waking"))
        {
            await phone.Send(new { type = "typing_indicator", content = "start" });
            await laptop.Next("typing_indicator");
        }

        await Rest();
        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", "waking")).Status);
        await laptop.Next(f => f.Metadata("reason") == "session_erased");
        await laptop.Next("connection_status"); // of the session that follows
        Assert.Equal(2, laptop.Seen.Count(f => f.Type() == "connection_status"));
    }

    [Fact]
    public async Task Device_that_comes_back_to_a_session_that_rests_gets_what_it_missed()
    {
        await using var stays = await host.Node.Connect("missing");
        await stays.Say("Hello", "q");
        await stays.NextDone();
        await Rest();

        await using var back = await host.Node.Connect("missing", "last_seq=0");
        await back.NextDone();

        Assert.Equal(Items(stays), Items(back));
        Assert.Single(stays.Seen, f => f.Type() == "connection_status");
    }

    private Task Rest() => MetricsPage.WaitFor(host.Node.Http, "chatbox_active_sessions_total", sessions => sessions == 0);

    /// <summary>The items that a client has: messages and answers, and its own messages by their acks.</summary>
    private static IEnumerable<(long Seq, string? MessageId)> Items(TestClient client) =>
        client.Seen.Where(f => f.Type() is "ack" or "user_message" || f.IsDone()).Select(Item);

    private static (long Seq, string? MessageId) Item(JsonElement item) => (item.Seq(), item.Text("message_id"));
}
