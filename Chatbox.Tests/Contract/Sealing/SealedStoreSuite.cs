using System.Net.WebSockets;
using Chatbox.Tests.Harness.Stores;
using static Chatbox.Tests.Harness.SealedFolder;

namespace Chatbox.Tests.Contract.Sealing;

/// <summary>Promise sealed: with a key set, no part of a conversation is in clear text anywhere in the store.</summary>
public abstract class SealedStoreSuite(SqlStores stores) : IAsyncLifetime
{
    private SealedFolder _folder = null!;

    public async Task InitializeAsync() => _folder = await Make(stores);

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [StoreFact]
    public async Task With_a_key_nothing_that_was_said_stands_in_the_store_while_the_node_runs_and_after()
    {
        await using (var node = await _folder.Start(KeyA))
        {
            Assert.Contains("plantedanswer", await _folder.Chat(node, "alice"));
            Assert.Contains("plantedanswer", await Search(node, "alice"));
            Assert.Empty(_folder.Found());
        }

        Assert.Empty(_folder.Found());
        Assert.Equal(["a"], _folder.RowsByKey().Keys);
    }

    [StoreFact]
    public async Task Without_a_key_everything_does_so_that_the_search_for_it_proves_something()
    {
        await using (var node = await _folder.Start(null))
            await _folder.Chat(node, "alice");

        Assert.Equal(Planted, _folder.Found());
    }

    [StoreFact]
    public async Task Conversation_is_read_again_after_a_restart_and_after_a_rotation()
    {
        string before;
        await using (var node = await _folder.Start(KeyA))
            before = await _folder.Chat(node, "alice");

        await using (var node = await _folder.Start(KeyA))
            Assert.Equal(before, await Transcript(node, "alice"));
        await using (var node = await _folder.Start($"{KeyB},{KeyA}"))
        {
            Assert.Equal(before, await Transcript(node, "alice"));
            Assert.Contains("plantedanswer", await Search(node, "alice"));
            var old = _folder.RowsByKey()["a"];
            await _folder.Chat(node, "bob");
            Assert.Equal(old, _folder.RowsByKey()["a"]);
            Assert.True(_folder.RowsByKey()["b"] > 0);
        }
    }

    [StoreFact]
    public async Task Key_can_be_added_to_a_store_that_has_plain_rows()
    {
        string before;
        await using (var node = await _folder.Start(null))
            before = await _folder.Chat(node, "alice");

        await using (var node = await _folder.Start(KeyA))
        {
            Assert.Equal(before, await Transcript(node, "alice"));
            Assert.Contains("plantedanswer", await Search(node, "alice"));
            Assert.StartsWith(before, await _folder.Chat(node, "alice", before: 1));
        }

        Assert.Equal(["", "a"], _folder.RowsByKey().Keys);
    }

    [StoreTheory]
    [InlineData("", "the key a is missing")]
    [InlineData(KeyB, "the key a is missing")]
    [InlineData("a:hex:2b7e151628aed2a6abf7158809cf4f3c8e73b0f7da0e6452c810f32b809079e5", "the key a differs from the key of that id")]
    public async Task Node_with_a_missing_or_wrong_key_does_not_start_and_names_it(string keys, string problem)
    {
        await using (await _folder.Start(KeyA)) { }

        var run = await StartupProcess.Run(_folder.Path, _folder.Environment(keys));

        Assert.Equal(78, run.ExitCode);
        Assert.Contains($"ENCRYPTION_KEYS: {problem}", run.Errors);
        Assert.DoesNotContain("2b7e1516", run.Errors);
        Assert.DoesNotContain("   at ", run.Errors);
        await using (await _folder.Start(KeyA)) { }
    }

    [StoreTheory]
    [InlineData(
        "message = (SELECT other.message FROM journal other WHERE other.persistence_id <> journal.persistence_id AND other.persistence_id LIKE 'session-%' AND other.sequence_number = journal.sequence_number)"
    )]
    [InlineData(
        "message = (SELECT other.message FROM journal other WHERE other.persistence_id = journal.persistence_id AND other.sequence_number = journal.sequence_number + 1)"
    )]
    [InlineData("message = {damaged}")]
    public async Task Row_that_was_moved_or_changed_is_refused_and_the_client_is_told(string change)
    {
        await using (var node = await _folder.Start(KeyA))
        {
            await _folder.Chat(node, "alice");
            await _folder.Chat(node, "bob");
        }

        _folder.Store.Execute("DELETE FROM snapshot");
        const string ours = "(SELECT persistence_id FROM journal WHERE persistence_id LIKE 'session-%' ORDER BY ordering LIMIT 1)";
        var changed = change.Replace("{damaged}", _folder.Store.Damaged("message"), StringComparison.Ordinal);
        Assert.Equal(1, _folder.Store.Execute($"UPDATE journal SET {changed} WHERE persistence_id = {ours} AND sequence_number = 2"));

        await using (var node = await _folder.Start(KeyA))
        {
            await using var alice = await node.Connect("alice");
            Assert.Equal("DATABASE_ERROR", (await alice.Next("error")).ErrorCode());
            await alice.Ended;
            Assert.Equal(WebSocketCloseStatus.InternalServerError, alice.CloseStatus);
            Assert.DoesNotContain(alice.Seen, f => f.Type() != "error");
            Assert.Contains("plantedanswer", await Transcript(node, "bob"));
        }
    }

    [StoreFact]
    public async Task Snapshot_that_was_moved_is_refused_and_the_client_is_told()
    {
        await using (var node = await _folder.Start(KeyA))
        {
            await _folder.Chat(node, "alice");
            await _folder.Chat(node, "bob");
        }

        Assert.True(
            _folder.Store.Execute(
                "UPDATE snapshot SET snapshot = (SELECT other.snapshot FROM snapshot other WHERE other.persistence_id <> snapshot.persistence_id AND other.persistence_id LIKE 'session-%')"
                    + " WHERE persistence_id = (SELECT persistence_id FROM journal WHERE persistence_id LIKE 'session-%' ORDER BY ordering LIMIT 1)"
            ) > 0
        );

        await using (var node = await _folder.Start(KeyA))
        {
            await using var alice = await node.Connect("alice");
            Assert.Equal("DATABASE_ERROR", (await alice.Next("error")).ErrorCode());
        }
    }
}

/// <inheritdoc />
public sealed class SealedStoreTests(SqliteStores stores) : SealedStoreSuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class SealedStoreOnPostgresTests(PostgresStores stores) : SealedStoreSuite(stores);
