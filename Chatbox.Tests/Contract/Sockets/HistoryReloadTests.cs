using System.Text.Json;

namespace Chatbox.Tests.Contract.Sockets;

/// <summary>A client that resumes after a long time. Protocol section 5, "Resume".</summary>
public sealed class HistoryReloadTests(HistoryReloadTests.Host host) : IClassFixture<HistoryReloadTests.Host>
{
    private const int MaxReplay = 500;

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["RATE_LIMIT"] = "10000" };
    }

    [Fact]
    public async Task Client_that_is_too_far_behind_reads_history_and_has_no_hole()
    {
        await using var stays = await host.Node.Connect("alice");
        var session = (await stays.Next("connection_status")).Text("session_id")!;
        for (var n = 0; n < MaxReplay / 2; n++)
            await Ask(stays, n);

        // Exactly as many items as the session replays.
        await using (var near = await host.Node.Connect("alice", "last_seq=0"))
        {
            Assert.Null((await near.Next("connection_status")).Metadata("history"));
            await near.UntilDone(MaxReplay / 2);
            Assert.Equal(Items(stays), Items(near));
        }

        // One item more, requested at once: the index may not have the newest items yet.
        for (var n = MaxReplay / 2; n < MaxReplay / 2 + 3; n++)
        {
            await Ask(stays, n);
            await using var far = await host.Node.Connect("alice", "last_seq=0");
            var status = await far.Next("connection_status");
            Assert.Equal("reload", status.Metadata("history"));
            var history = await host.Node.Http.History(session, "alice");
            Assert.All(far.Seen.Skip(1), f => Assert.True(f.Seq() > status.Seq()));

            await Ask(stays, 1_000 + n);
            while (
                far.Seen.LastOrDefault(f => f.IsDone()) is not { ValueKind: JsonValueKind.Object } last || last.Seq() < Items(stays)[^1].Seq
            )
                await far.NextDone();
            Assert.Equal(Items(stays), history.Where(m => m.Seq() <= status.Seq()).Select(Item).Concat(Items(far)));
        }
    }

    private static async Task Ask(TestClient client, int n)
    {
        await client.Say($"question {n}", $"q{n}");
        await client.NextDone();
    }

    /// <summary>The items that a client has: messages and answers, and its own messages by their acks.</summary>
    private static List<(long Seq, string? MessageId)> Items(TestClient client) =>
        [.. client.Seen.Where(f => f.Type() is "ack" or "user_message" || f.IsDone()).Select(Item)];

    private static (long Seq, string? MessageId) Item(JsonElement item) => (item.Seq(), item.Text("message_id"));
}
