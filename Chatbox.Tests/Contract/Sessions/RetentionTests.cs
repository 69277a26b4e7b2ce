using Chatbox.Actors.Sessions.Expiry;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>Conversations that nobody has used for <c>RETENTION_DAYS</c> are erased, and no others.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly MovableClock _clock = new();
    private readonly string _data = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
    private TestNode _node = null!;

    public async Task InitializeAsync() =>
        _node = await TestNode.Start(
            new Dictionary<string, string> { ["RETENTION_DAYS"] = "1", ["SESSION_CLEANUP_INTERVAL"] = "1s" },
            _data,
            _clock
        );

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Unused_conversation_is_erased_and_one_that_only_the_index_believes_unused_is_kept()
    {
        var unused = await Talk("alice");
        _clock.Ahead = TimeSpan.FromDays(2);
        var used = await Talk("bob");
        await Until(() => Number($"SELECT count(*) FROM sessions WHERE session_id = '{unused}'") == 0);
        Assert.Equal(1, Audited(unused, "retention"));
        await MetricsPage.WaitFor(_node.Http, "chatbox_sessions_expired_total", value => value == 1);
        Assert.Equal(1, JournalRows.Of(_node, $"session-{unused}") - Number(Marked(unused)));
        Assert.Equal(0, Audited(used, "retention"));

        // The index lags behind the session.
        Assert.Equal(1, Number($"UPDATE sessions SET last_activity = 1 WHERE session_id = '{used}' RETURNING 1"));
        await Until(() => Audited(used, "retention: kept, StillUsed") > 0);

        Assert.Equal(1, Number($"SELECT count(*) FROM sessions WHERE session_id = '{used}'"));
        Assert.InRange(JournalRows.Of(_node, $"session-{used}"), 3, long.MaxValue);
    }

    /// <summary>A conversation of this user that has ended.</summary>
    private async Task<string> Talk(string user)
    {
        var token = new TokenIssuer(TestNode.Secret, _clock).Issue(new UserId(user), [], null, TimeSpan.FromHours(1));
        await using var client = await TestClient.Connect(_node.Address, token);
        await client.Say("hello", "c1");
        var session = (await client.NextDone()).Text("session_id")!;
        using var end = new HttpRequestMessage(HttpMethod.Post, $"/chatbox/sessions/{session}/end");
        end.Headers.Authorization = new("Bearer", token);
        using var ended = await _node.Http.SendAsync(end);
        ended.EnsureSuccessStatusCode();
        await Until(() => Number($"SELECT count(*) FROM sessions WHERE session_id = '{session}' AND end_time < 9223372036854775807") == 1);
        return session;
    }

    private static string Marked(string session) =>
        $"SELECT count(*) FROM journal WHERE persistence_id = 'session-{session}' AND deleted = 1";

    private long Audited(string session, string detail) =>
        Number(
            $"SELECT count(*) FROM audit WHERE session_id = '{session}' AND actor = '{RetentionActor.System}' AND action = 'session.erase' AND detail = '{detail}'"
        );

    private long Number(string query)
    {
        var address = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_data, "chatbox.db"), Pooling = false };
        using var connection = new SqliteConnection(address.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    private static async Task Until(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!holds())
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
