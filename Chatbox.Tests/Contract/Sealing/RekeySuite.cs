using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Rekey;
using Chatbox.Tests.Harness.Stores;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Tests.Harness.SealedFolder;

namespace Chatbox.Tests.Contract.Sealing;

/// <summary>After <c>rekey</c> the store needs only the first key.</summary>
public abstract class RekeySuite(SqlStores stores) : IAsyncLifetime
{
    private SealedFolder _folder = null!;

    public async Task InitializeAsync() => _folder = await Make(stores);

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [StoreFact]
    public async Task After_it_the_old_key_can_be_removed()
    {
        string before;
        await using (var node = await _folder.Start(KeyA))
            before = await _folder.Chat(node, "alice");
        var rows = _folder.RowsByKey()["a"];

        var (code, output, errors) = _folder.Rekey($"{KeyB},{KeyA}");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("No other key is needed", output);
        Assert.Equal(new SortedDictionary<string, int> { ["b"] = rows }, _folder.RowsByKey());
        await using (var node = await _folder.Start(KeyB))
        {
            Assert.Equal(before, await Transcript(node, "alice"));
            Assert.Contains("plantedanswer", await Search(node, "alice"));
            Assert.StartsWith(before, await _folder.Chat(node, "alice", before: 1));
        }
    }

    [StoreFact]
    public async Task Files_need_only_the_first_key_too()
    {
        FileKey[] files = [FileKey.Content(FileId.New()), FileKey.Content(FileId.New())];
        foreach (var (key, file) in new[] { ((string?)null, files[0]), (KeyA, files[1]) })
        {
            await using var node = await _folder.Start(key);
            await _folder.Chat(node, "alice", before: key is null ? 0 : 1);
            await node.Services.GetRequiredService<IFileStore>().Write(file, new MemoryStream("plantedfile"u8.ToArray()), default);
        }

        var (code, output, errors) = _folder.Rekey($"{KeyB},{KeyA}");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("files: 2 encrypted", output, StringComparison.Ordinal);
        await using var last = await _folder.Start(KeyB);
        foreach (var file in files)
        {
            await using var content = await last.Services.GetRequiredService<IFileStore>().OpenRead(file, 0, null, default);
            using var reader = new StreamReader(content!);
            Assert.Equal("plantedfile", await reader.ReadToEndAsync());
        }

        Assert.Empty(StoredFiles.Found(last.Options.Files.Folder!, "plantedfile"));
    }

    [StoreFact]
    public async Task Comments_of_ratings_need_only_the_first_key_too()
    {
        await using (var node = await _folder.Start(KeyA))
        {
            await _folder.Chat(node, "alice");
            await using var client = await node.Connect("alice");
            var comment = new Dictionary<string, string> { ["comment"] = "a comment" };
            await client.Send(
                new
                {
                    type = "feedback",
                    id = "f1",
                    content = "up",
                    metadata = comment,
                }
            );
            await node.Http.RestUntil("/admin/ratings", "root", a => a.Text.Contains("a comment"), "admin");
        }

        Assert.Equal(0, _folder.Rekey($"{KeyB},{KeyA}").ExitCode);

        await using (var node = await _folder.Start(KeyB))
            Assert.Contains("a comment", (await node.Http.Rest("GET", "/admin/ratings", "root", "admin")).Text);
    }

    [StoreFact]
    public async Task It_seals_what_was_stored_before_there_was_a_key_and_leaves_no_trace_of_it()
    {
        string before;
        await using (var node = await _folder.Start(null))
            before = await _folder.Chat(node, "alice");

        Assert.Equal(0, _folder.Rekey(KeyA).ExitCode);

        Assert.Equal(["a"], _folder.RowsByKey().Keys);
        Assert.Empty(_folder.Found());
        await using (var node = await _folder.Start(KeyA))
        {
            Assert.Equal(before, await Transcript(node, "alice"));
            Assert.Contains("plantedanswer", await Search(node, "alice"));
        }
    }

    [StoreFact]
    public async Task Repeated_it_changes_nothing()
    {
        await using (var node = await _folder.Start(KeyA))
            await _folder.Chat(node, "alice");
        _folder.Rekey($"{KeyB},{KeyA}");

        var (code, output, _) = _folder.Rekey(KeyB);

        Assert.Equal(0, code);
        Assert.Matches(@"journal: [1-9]\d* rows, 0 of them", output);
        Assert.Matches(@"sessions: 1 rows, 0 of them", output);
        Assert.Matches(@"snapshot: [1-9]\d* rows, 0 of them", output);
    }

    [StoreFact]
    public async Task What_cannot_be_opened_is_named_and_the_rest_is_done_when_it_is_repaired()
    {
        await using (var node = await _folder.Start(KeyA))
        {
            await _folder.Chat(node, "alice");
            await _folder.Chat(node, "bob");
        }

        const string last = "(SELECT max(ordering) FROM journal WHERE persistence_id LIKE 'session-%')";
        _folder.Store.Execute($"UPDATE journal SET sequence_number = sequence_number + 1000 WHERE ordering = {last}");
        var broken = _folder.Rekey($"{KeyB},{KeyA}");
        Assert.Equal(1, broken.ExitCode);
        Assert.Matches(@"journal, session [0-9a-f]{32} at 10\d\d: ", broken.Errors);
        Assert.DoesNotContain("No other key is needed", broken.Output);

        _folder.Store.Execute($"UPDATE journal SET sequence_number = sequence_number - 1000 WHERE ordering = {last}");
        Assert.Equal(0, _folder.Rekey($"{KeyB},{KeyA}").ExitCode);
        Assert.Equal(["b"], _folder.RowsByKey().Keys);
    }

    [StoreFact]
    public async Task It_does_not_run_beside_a_node()
    {
        await using var node = await _folder.Start(KeyA);

        var (code, _, errors) = _folder.Rekey($"{KeyB},{KeyA}");

        Assert.Equal(1, code);
        Assert.Contains("DATA_DIR", errors);
    }

    [StoreFact]
    public async Task It_needs_a_key_and_the_program_knows_it_by_name()
    {
        var settings = TestNode.Settings(_folder.Path, port: 0);

        var run = await StartupProcess.Run(_folder.Path, settings, "rekey");

        Assert.Equal(78, run.ExitCode);
        Assert.Contains("ENCRYPTION_KEYS: is missing", run.Errors);
    }

    [StoreFact]
    public async Task It_needs_the_old_key_too()
    {
        await using (var node = await _folder.Start(KeyA))
            await _folder.Chat(node, "alice");

        var (code, _, errors) = _folder.Rekey(KeyB);

        Assert.Equal(78, code);
        Assert.Contains("the key a is missing", errors);
        Assert.Equal(["a"], _folder.RowsByKey().Keys);
    }
}

/// <inheritdoc />
public sealed class RekeyTests(SqliteStores stores) : RekeySuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class RekeyOnPostgresTests(PostgresStores stores) : RekeySuite(stores)
{
    private readonly PostgresStores _stores = stores;

    [FactRequiresPostgres]
    public async Task It_does_not_run_beside_a_node_of_another_machine()
    {
        await using var folder = await Make(_stores);
        await using var node = await folder.Start(KeyA);
        var elsewhere = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

        var (code, _, errors) = folder.Rekey($"{KeyB},{KeyA}", elsewhere);
        Directory.Delete(elsewhere, recursive: true);

        Assert.Equal(1, code);
        Assert.Contains("POSTGRES_URI: a node is running", errors);
    }

    [FactRequiresPostgres]
    public async Task Killed_before_it_has_cleaned_up_it_does_so_when_it_is_repeated()
    {
        await using var folder = await Make(_stores);
        await using (var node = await folder.Start(null))
            await folder.Chat(node, "alice");
        var store = (PostgresTestStore)folder.Store;

        // An open reader blocks only the rewriting of the table, which is the last step of <c>rekey</c>.
        using (store.Lock("journal", "ACCESS SHARE"))
        {
            using var rekey = StartupProcess.Start(folder.Path, folder.Environment(KeyA), RekeyCommand.Name);
            await store.Until(PostgresTestStore.CountWaiting, 1);
            rekey.Kill();
            await rekey.WaitForExitAsync();
        }

        Assert.Equal(["a"], folder.RowsByKey().Keys);
        Assert.NotEmpty(await store.FindInFiles(Planted));
        await store.Until(PostgresTestStore.CountHolds, 0);

        Assert.Equal(0, folder.Rekey(KeyA).ExitCode);
        Assert.Empty(await store.FindInFiles(Planted));
    }
}
