using System.Collections.Immutable;
using System.Text;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Sql;
using Chatbox.Tests.Harness.Stores;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Harness.SealedFolder;

namespace Chatbox.Tests.Contract.Sealing;

/// <summary>Once the whole store is encrypted, nobody can insert clear text or remove the mark that says so.</summary>
public abstract class SealedMarkSuite(SqlStores stores) : IAsyncLifetime
{
    private const string Forged = "A forged question";

    private SealedFolder _folder = null!;

    public async Task InitializeAsync() => _folder = await Make(stores);

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [StoreFact]
    public async Task Plain_event_is_refused_in_a_store_that_was_sealed_from_the_start()
    {
        await StartAndStop(null); // a node without a key that never took a message
        var session = await SayOnce(KeyA);
        ForgeEvent(session);

        await AssertUnreadable(KeyA);
        await AssertUnreadable($"{KeyB},{KeyA}");
        var (code, _, errors) = _folder.Rekey($"{KeyB},{KeyA}");
        Assert.Equal(1, code);
        Assert.Contains($"journal, session {session} at 2: ", errors);
        Assert.Contains("in clear text", errors);
        await AssertUnreadable($"{KeyB},{KeyA}");
    }

    [StoreFact]
    public async Task Plain_index_is_refused_in_a_store_that_was_sealed_from_the_start()
    {
        var session = new SessionId(await SayOnce(KeyA));
        Assert.Equal(1, Update("UPDATE sessions SET name = @value", [0, .. Encoding.UTF8.GetBytes(Forged)]));
        var forgedBody = Encoding.UTF8.GetBytes($$$"""{"content":"{{{Forged}}}","metadata":{}}""");
        Assert.Equal(2, Update("UPDATE messages SET body = @value", [0, .. forgedBody]));
        Update(
            $"INSERT INTO session_words (user_id, word, session_id, in_name) VALUES ('alice', @value, '{session}', false)",
            PlainCipher.Instance.WordHash("alice", "forged")
        );

        await using var node = await _folder.Start(KeyA);
        var index = node.Services.GetRequiredService<ISessionIndex>();
        await Assert.ThrowsAsync<ContentSealedException>(() => index.Find(session, CancellationToken.None));
        await Assert.ThrowsAsync<ContentSealedException>(() => index.History(session, null, 10, CancellationToken.None));
        var found = await index.List(new SessionQuery(new UserId("alice"), Search: "forged"), CancellationToken.None);
        Assert.Empty(found.Sessions);
    }

    [StoreFact]
    public async Task Plain_content_from_before_there_was_a_key_is_read_and_warned_of_until_rekey_has_sealed_it()
    {
        await SayOnce(null);
        Assert.Contains("rekey", await WarningsOf(KeyA));
        await using (var node = await _folder.Start(KeyA))
        await using (var client = await node.Connect("alice", "last_seq=0"))
            Assert.Equal("A plantedquestion", (await client.Next("user_message")).Text("content"));

        Assert.Equal(0, _folder.Rekey(KeyA).ExitCode);

        Assert.DoesNotContain("rekey", await WarningsOf(KeyA));
        var session = await SayOnce(KeyA);
        ForgeEvent(session);
        await AssertUnreadable(KeyA);
    }

    [StoreFact]
    public async Task Rekey_that_did_not_come_to_its_end_leaves_the_store_unmarked_and_the_next_one_marks_it()
    {
        var session = await SayOnce(null);
        Break(session, "'broken.' || manifest");
        Assert.Equal(1, _folder.Rekey(KeyA).ExitCode);
        Break(session, "substr(manifest, 8)");

        await using (var node = await _folder.Start(KeyA))
        await using (var client = await node.Connect("alice", "last_seq=0"))
            await client.Next("user_message");

        Assert.Equal(0, _folder.Rekey(KeyA).ExitCode);
        ForgeEvent(session);
        await AssertUnreadable(KeyA);
    }

    [StoreFact]
    public async Task Store_whose_record_of_keys_was_removed_is_not_started_on()
    {
        await SayOnce(KeyA);
        _folder.Store.Execute("DELETE FROM sealing_keys");

        foreach (var keys in new[] { KeyA, KeyB, null })
        {
            var refused = await Assert.ThrowsAsync<ConfigurationException>(() => StartAndStop(keys));
            Assert.Contains("ENCRYPTION_KEYS: the store contains encrypted content, but no record of its keys", refused.Message);
        }

        Assert.Equal(78, _folder.Rekey(KeyA).ExitCode);
    }

    [StoreFact]
    public async Task Store_that_was_marked_by_one_key_is_marked_by_the_next()
    {
        await SayOnce(KeyA);
        await StartAndStop($"{KeyB},{KeyA}");
        _folder.Store.Execute("DELETE FROM sealing_keys WHERE key_id = 'a'");

        var session = await SayOnce($"{KeyB},{KeyA}");
        ForgeEvent(session);

        await AssertUnreadable($"{KeyB},{KeyA}");
    }

    private async Task StartAndStop(string? keys)
    {
        await using var node = await _folder.Start(keys);
    }

    private async Task<string> SayOnce(string? keys)
    {
        await using var node = await _folder.Start(keys);
        await using var client = await node.Connect("alice");
        var session = (await client.Next("connection_status")).Text("session_id")!;
        await client.Say("A plantedquestion", $"{Guid.NewGuid():n}");
        await client.NextDone();
        await WhenIndexed(node, session); // otherwise the next node completes the index, and replaces what a test has planted there
        return session;
    }

    private static Task WhenIndexed(TestNode node, string session) =>
        node.Services.GetRequiredService<IndexLag>().WhenIndexed(new SessionId(session)).WaitAsync(SealedFolder.Deadline);

    private async Task AssertUnreadable(string keys)
    {
        await using var node = await _folder.Start(keys);
        await using var client = await node.Connect("alice");
        Assert.Equal("DATABASE_ERROR", (await client.Next("error")).ErrorCode());
        await client.Ended;
        Assert.DoesNotContain(client.Seen, frame => frame.Type() != "error");
    }

    private async Task<string> WarningsOf(string keys)
    {
        var settings = _folder.Environment(keys);
        settings["LOG_LEVEL"] = "warning";
        settings["SERVER_PORT"] = $"{Ports.Free()}";
        await using var node = await NodeProcess.Start(settings, dataDirectory: _folder.Path);
        await node.Terminate();
        return node.Output;
    }

    private void ForgeEvent(string session)
    {
        _folder.Store.Execute("DELETE FROM snapshot"); // recovery would otherwise start from the snapshot and skip the event
        var said = new MessageSubmitted(
            new SessionId(session),
            new CommandId("forged"),
            new MessageId("forged"),
            new MessageId("answer"),
            new UserId("alice"),
            Forged,
            ImmutableSortedDictionary<string, string>.Empty,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch
        );
        var row = ChatboxWire.Table.For(typeof(MessageSubmitted));
        Assert.Equal(
            1,
            Update(
                $"UPDATE journal SET manifest = '{row.Manifest}', message = @value WHERE persistence_id = 'session-{session}' AND sequence_number = 2",
                row.Write(said)
            )
        );
    }

    private void Break(string session, string manifest) =>
        Assert.Equal(
            1,
            _folder.Store.Execute(
                $"UPDATE journal SET manifest = {manifest} WHERE persistence_id = 'session-{session}' AND sequence_number = 2"
            )
        );

    private int Update(string statement, byte[] value)
    {
        using var connection = _folder.Store.Open();
        using var command = connection.Command(statement, ("@value", value));
        return command.ExecuteNonQuery();
    }
}

/// <inheritdoc />
public sealed class SealedMarkTests(SqliteStores stores) : SealedMarkSuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class SealedMarkOnPostgresTests(PostgresStores stores) : SealedMarkSuite(stores);
