using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>Sessions that rest leave little in the journal, and people do not notice.</summary>
public abstract class TrimmedSuite(SqlStores stores)
{
    /// <summary>The default of <c>JOURNAL_KEEP</c>, and the row with which the store remembers the last deleted place.</summary>
    private const int Handful = 6;

    private const int Questions = 8;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [StoreFact]
    public async Task Conversation_at_rest_leaves_a_handful_of_rows_and_is_shown_continued_and_erased_as_before()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer("Planted ", "answer.");
        await using var store = await stores.MakeSql();
        var settings = new Dictionary<string, string>(store.Settings.Concat(models.ProviderSettings))
        {
            ["SESSION_PASSIVATE_AFTER"] = "1s",
        };
        string session;
        long seq;
        await using (var node = await TestNode.Start(settings, store.Folder))
        {
            await using (var client = await node.Connect("alice"))
            {
                for (var n = 0; n < Questions; n++)
                {
                    await client.Say($"question {n}", $"c{n}");
                    await client.NextDone();
                }

                (session, seq) = (client.Seen[^1].Text("session_id")!, client.Seen[^1].GetProperty("seq").GetInt64());
            }

            Assert.InRange(seq, 2 * Questions, long.MaxValue);
            await Until(() => Rows(store, session) <= Handful);

            // A device that missed everything gets it, and a repeated command has no further effect.
            await using var late = await node.Connect("alice", $"session_id={session}&last_seq=0");
            for (var n = 0; n < Questions; n++)
                await late.NextDone();
            await late.Say("question 0", "c0");
            await late.Next(f => f.Type() == "ack" && f.Text("id") == "c0");
            Assert.Equal(
                Enumerable.Range(0, Questions).Select(n => $"question {n}"),
                late.Seen.Where(f => f.Type() == "user_message").Select(f => f.Text("content"))
            );
            Assert.Equal(Questions, models.Requests.Count);
        }

        await using (var node = await TestNode.Start(settings, store.Folder))
        {
            await using (var client = await node.Connect("alice", $"session_id={session}&last_seq={seq}"))
            {
                await client.Say("and now?", "c");
                await client.NextDone();
            }

            var history = await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
            Assert.Equal(2 * (Questions + 1), history.Json.GetProperty("messages").GetArrayLength());
            Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{session}", "alice")).Status);
            Assert.Empty(store.Find("Planted answer"));
        }
    }

    private static long Rows(SqlTestStore store, string session) =>
        store.Count($"SELECT count(*) FROM journal WHERE persistence_id = 'session-{session}'");

    private static async Task Until(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!holds())
            await pause.WaitForNextTickAsync(deadline.Token);
    }
}

/// <inheritdoc />
public sealed class TrimmedTests(SqliteStores stores) : TrimmedSuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class TrimmedOnPostgresTests(PostgresStores stores) : TrimmedSuite(stores);
