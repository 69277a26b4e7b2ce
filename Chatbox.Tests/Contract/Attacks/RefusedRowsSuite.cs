using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Serialization;
using Chatbox.Node.Stores.Sql;
using Chatbox.Tests.Harness.Stores;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Tests.Harness.SealedFolder;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>
/// A writer of the database cannot choose what type a node makes of a row. A session with such a row reports that it cannot be read, and
/// writes nothing.
/// </summary>
public abstract class RefusedRowsSuite(SqlStores stores) : IAsyncLifetime
{
    private static readonly byte[] Garbage = [0xff, 0xff, 0xff, 0xff];

    /// <summary>Serializer, manifest and bytes of a planted row; null keeps the stored value.</summary>
    private static readonly (int? Serializer, string? Manifest, byte[]? Bytes)[] Planted =
    [
        (1, Gadget.Manifest, Gadget.Json),
        (1, "", Gadget.Json),
        (1, "session.message-submitted.v1", Gadget.Json),
        (null, Gadget.Manifest, Gadget.Json),
        (null, "System.Object", Gadget.Json),
        (2, Gadget.Manifest, []),
        (3, "", Garbage),
        (4, "", Garbage),
        (16, "AR", []),
        (17, "S", Garbage),
        (7, "Akka.Persistence.Persistent, Akka.Persistence", []),
        (4242, Gadget.Manifest, Gadget.Json),
        (7301, Gadget.Manifest, Gadget.Json),
        (7301, "", null),
        (7301, null, Garbage),
        (7301, "session.message-submitted.v99", null),
        (7301, "user.open-socket.v1", []),
        (7302, "", Garbage),
        (7302, "session.message-submitted.v1", null),
    ];

    private SealedFolder _folder = null!;

    public async Task InitializeAsync() => _folder = await Make(stores);

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [StoreFact]
    public async Task Planted_event_makes_its_session_unreadable_and_nothing_else()
    {
        var sessions = new List<string>();
        await using (var node = await _folder.Start(null))
        {
            foreach (var user in Enumerable.Range(0, Planted.Length).Select(UserOf).Append("zoe"))
                sessions.Add(await SayOnce(node, user));
        }

        for (var n = 0; n < Planted.Length; n++)
            Assert.Equal(1, Plant("journal", "identifier", "message", Planted[n], $"session-{sessions[n]}", "sequence_number = 2"));
        // Remembered sessions would start, and log their errors, before the test listens.
        _folder.Store.Execute("DELETE FROM journal WHERE persistence_id LIKE '/%'");
        _folder.Store.Execute("DELETE FROM snapshot WHERE persistence_id LIKE '/%'");
        var rows = _folder.Store.Count("SELECT count(*) FROM journal WHERE persistence_id LIKE 'session-%'");

        await using (var node = await _folder.Start(null))
        {
            using var log = LogOf(node);
            for (var n = 0; n < Planted.Length; n++)
            {
                await using var client = await node.Connect(UserOf(n));
                Assert.True("DATABASE_ERROR" == (await client.Next("error")).ErrorCode(), $"case {n}");
                await client.Ended;
                Assert.DoesNotContain(client.Seen, frame => frame.Type() != "error");
                var line = log.Until($"session-{sessions[n]}");
                Assert.Contains(" at 2:", line);
                Assert.DoesNotContain("Gadget", line);
            }

            await using var zoe = await node.Connect("zoe", "last_seq=0");
            Assert.Equal("A plantedquestion", (await zoe.Next("user_message")).Text("content"));
        }

        Assert.Equal(0, Gadget.Made);
        Assert.Equal(rows, _folder.Store.Count("SELECT count(*) FROM journal WHERE persistence_id LIKE 'session-%'"));
    }

    [StoreFact]
    public async Task Nothing_that_a_node_writes_is_refused()
    {
        await using (var node = await _folder.Start(null))
            await _folder.Chat(node, "alice");

        using var connection = _folder.Store.Open();
        using var command = connection.Command(
            "SELECT persistence_id, identifier, manifest, message FROM journal UNION ALL SELECT persistence_id, serializer_id, manifest, snapshot FROM snapshot"
        );
        using var reader = command.ExecuteReader();
        var owners = new HashSet<string>();
        while (reader.Read())
        {
            var (owner, manifest) = (reader.GetString(0), reader.GetString(2));
            var read = StoredRowSerializer.Read(owner, reader.GetInt32(1), manifest, reader.GetFieldValue<byte[]>(3));
            Assert.Equal((owner, manifest), (owner, read.Manifest));
            owners.Add(owner.Split('-')[0]);
        }

        Assert.Contains("session", owners);
        Assert.Contains("user", owners);
        Assert.Contains(owners, owner => owner.StartsWith("/sharding/", StringComparison.Ordinal));
        Assert.Contains(owners, owner => owner.StartsWith("/system/sharding/", StringComparison.Ordinal));
    }

    [StoreFact]
    public async Task Planted_snapshot_makes_its_session_unreadable()
    {
        await using (var node = await _folder.Start(null))
        {
            await _folder.Chat(node, "alice");
            await _folder.Chat(node, "bob");
        }

        var sessions = Snapshots();
        Assert.Equal(2, sessions.Count);
        Assert.True(Plant("snapshot", "serializer_id", "snapshot", (1, Gadget.Manifest, Gadget.Json), sessions[0], "1 = 1") > 0);
        Assert.True(Plant("snapshot", "serializer_id", "snapshot", (null, Gadget.Manifest, Gadget.Json), sessions[1], "1 = 1") > 0);

        await using (var node = await _folder.Start(null))
        {
            foreach (var user in new[] { "alice", "bob" })
            {
                await using var client = await node.Connect(user);
                Assert.Equal("DATABASE_ERROR", (await client.Next("error")).ErrorCode());
            }
        }

        Assert.Equal(0, Gadget.Made);
    }

    private static string UserOf(int n) => $"user{n}";

    private static async Task<string> SayOnce(TestNode node, string user)
    {
        await using var client = await node.Connect(user);
        var session = (await client.Next("connection_status")).Text("session_id")!;
        await client.Say("A plantedquestion", $"{Guid.NewGuid():n}");
        await client.NextDone();
        return session;
    }

    private List<string> Snapshots()
    {
        using var connection = _folder.Store.Open();
        using var command = connection.Command("SELECT DISTINCT persistence_id FROM snapshot WHERE persistence_id LIKE 'session-%'");
        using var reader = command.ExecuteReader();
        var sessions = new List<string>();
        while (reader.Read())
            sessions.Add(reader.GetString(0));
        return sessions;
    }

    private int Plant(
        string table,
        string serializer,
        string content,
        (int? Serializer, string? Manifest, byte[]? Bytes) row,
        string owner,
        string where
    )
    {
        string[] changes =
        [
            row.Serializer is { } id ? $"{serializer} = {id}" : $"{serializer} = NULL",
            .. row.Manifest is null ? Array.Empty<string>() : ["manifest = @manifest"],
            .. row.Bytes is null ? Array.Empty<string>() : [$"{content} = @bytes"],
        ];
        using var connection = _folder.Store.Open();
        using var command = connection.Command(
            $"UPDATE {table} SET {string.Join(", ", changes)} WHERE persistence_id = @owner AND {where}",
            [
                ("@owner", owner),
                .. row.Manifest is null ? Array.Empty<(string, object)>() : [("@manifest", row.Manifest)],
                .. row.Bytes is null ? Array.Empty<(string, object)>() : [("@bytes", row.Bytes)],
            ]
        );
        return command.ExecuteNonQuery();
    }

    private static ErrorLog LogOf(TestNode node) => new(node.Services.GetRequiredService<ActorSystem>());

    /// <summary>Collects the errors that the actors of a node log.</summary>
    private sealed class ErrorLog : IDisposable
    {
        private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

        private readonly Inbox _inbox;

        public ErrorLog(ActorSystem system)
        {
            _inbox = Inbox.Create(system);
            system.EventStream.Subscribe(_inbox.Receiver, typeof(Error));
        }

        /// <summary>Waits for the next error that contains this text.</summary>
        public string Until(string text)
        {
            while (true)
            {
                var line = $"{((Error)_inbox.Receive(Deadline)).Message}";
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }

        public void Dispose() => _inbox.Dispose();
    }
}

/// <inheritdoc />
public sealed class RefusedRowsTests(SqliteStores stores) : RefusedRowsSuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class RefusedRowsOnPostgresTests(PostgresStores stores) : RefusedRowsSuite(stores);
