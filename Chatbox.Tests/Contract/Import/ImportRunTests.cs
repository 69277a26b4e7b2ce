using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using MongoDB.Bson;
using static Chatbox.Tests.Harness.OldService;

namespace Chatbox.Tests.Contract.Import;

/// <summary>What <c>import</c> leaves out, what it never does twice, and what a run does not change.</summary>
public sealed class ImportRunTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_that_cannot_be_read_is_left_out_whole_and_named_and_the_others_are_imported()
    {
        var (good, sealedByAnother, changed, nobodys, oddId) = (NewId(), NewId(), NewId(), NewId(), "5F3C-session");
        var foreign = Session(sealedByAnother, "alice", Message("user", "plantedsecret", 1), Message("ai", "plantedsecret", 2));
        foreign["msgs"][1]["content"] = Seal(Encoding.UTF8.GetBytes("plantedsecret"), new byte[32]);
        var broken = Session(changed, "alice", Message("user", "plantedsecret", 1));
        broken["msgs"][0]["content"] = "plantedsecret in clear text";
        var unowned = Session(nobodys, "", Message("user", "plantedsecret", 1));

        var run = await _folder.Import(foreign, broken, Short(good, "alice"), unowned, Short(oddId, "alice"), Short(good, "alice"));

        Assert.Equal(65, run.ExitCode);
        Assert.Contains("6 sessions read: 1 imported, 0 already present, 5 skipped.", run.Output);
        Assert.Contains($"Skipped {sealedByAnother}: the content of message 2 cannot be decrypted with IMPORT_ENCRYPTION_KEY", run.Output);
        Assert.Contains($"Skipped {changed}: the content of message 1 is not in the format of the legacy service", run.Output);
        Assert.Contains($"Skipped {nobodys}: it has no uid", run.Output);
        Assert.Contains($"Skipped {oddId}: its id does not consist of 32", run.Output);
        Assert.Contains($"Skipped {good}: an earlier document has the same id", run.Output);
        Assert.DoesNotContain("plantedsecret", run.Output + run.Errors);
        Assert.Empty(StoredFiles.Found(_folder.Data, sealedByAnother, changed, nobodys, oddId));
        await using var node = await _folder.Start();
        Assert.Equal(2, (await node.Http.History(good, "alice")).Count);
    }

    [Fact]
    public async Task Repeated_it_changes_nothing_of_what_went_on_since_and_brings_back_nothing_that_was_erased()
    {
        var (goingOn, erased) = (NewId(), NewId());
        BsonDocument[] documents = [Session(goingOn, "alice", Message("user", "before", 1)), Short(erased, "bob")];
        Assert.Equal(0, (await _folder.Import(documents)).ExitCode);
        await using (var node = await _folder.Start())
        {
            await using var client = await node.Connect("alice", $"session_id={goingOn}");
            await client.Say("since", "c1");
            await client.NextDone();
            await node.Http.RestUntil($"/sessions/{goingOn}", "alice", a => a.Json.GetProperty("messages").GetArrayLength() == 3);
            Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{erased}", "bob")).Status);
        }

        var run = await _folder.Import(documents);

        Assert.Equal((0, "2 sessions read: 0 imported, 2 already present, 0 skipped.\n"), (run.ExitCode, run.Output));
        await using var again = await _folder.Start();
        Assert.Equal(["before", "since"], (await again.Http.History(goingOn, "alice")).Select(m => m.Text("content")).Take(2));
        Assert.Equal(404, (await again.Http.Rest("GET", $"/sessions/{erased}", "bob")).Status);
    }

    [Fact]
    public async Task Session_of_ours_with_the_same_id_is_not_touched()
    {
        string id;
        await using (var node = await _folder.Start())
        {
            await using var client = await node.Connect("carol");
            id = (await client.Next("connection_status")).Text("session_id")!;
            await client.Say("mine", "c1");
            await client.NextDone();
            await node.Http.RestUntil($"/sessions/{id}", "carol", a => a.Status == 200);
        }

        var run = await _folder.Import(Short(id, "alice"));

        Assert.Contains("0 imported, 1 already present", run.Output);
        await using var again = await _folder.Start();
        Assert.Equal("mine", (await again.Http.History(id, "carol"))[0].Text("content"));
        Assert.Equal(404, (await again.Http.Rest("GET", $"/sessions/{id}", "alice")).Status);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_where_it_was_and_all_is_there_once()
    {
        const int count = 400;
        var ids = Enumerable.Range(0, count).Select(_ => NewId()).ToArray();
        await File.WriteAllBytesAsync(_folder.Dump, Dump(ids.Select(id => Short(id, "alice"))));
        using (var import = StartProcess())
        {
            using var deadline = new CancellationTokenSource(Deadline);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (Journaled() == 0)
                await pause.WaitForNextTickAsync(deadline.Token);
            import.Kill();
            await import.WaitForExitAsync(deadline.Token);
        }

        Assert.InRange(Journaled(), 1, count - 1);
        var run = await _folder.Run("--file", _folder.Dump);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(" 0 already present", run.Output);
        Assert.Equal(count, Journaled());
        Assert.Equal(4 * count, _folder.Count("SELECT count(*) FROM journal WHERE persistence_id LIKE 'session-%'"));
        await using var node = await _folder.Start();
        var page = (await node.Http.Rest("GET", $"/sessions?limit=1000", "alice")).Json.GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal(ids.Order(), page.Select(item => item.Text("id")!).Order());
        Assert.All(page, item => Assert.Equal(2, item.GetProperty("message_count").GetInt32()));
        Assert.Equal(2 * count, _folder.Count("SELECT count(*) FROM messages"));
    }

    [Fact]
    public async Task Index_that_lacks_what_a_killed_run_has_journaled_is_told()
    {
        var id = NewId();
        await _folder.Import(Short(id, "alice"));
        using (
            var connection = new Microsoft.Data.Sqlite.SqliteConnection(
                $"Data Source={Path.Combine(_folder.Data, "chatbox.db")};Pooling=False"
            )
        )
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM messages; DELETE FROM session_words; DELETE FROM intervals; DELETE FROM sessions";
            command.ExecuteNonQuery();
        }

        var run = await _folder.Import(Short(id, "alice"));

        Assert.Contains("0 imported, 1 already present", run.Output);
        await using var node = await _folder.Start();
        Assert.Equal([$"question of {id}", $"answer to {id}"], (await node.Http.History(id, "alice")).Select(m => m.Text("content")));
    }

    [Fact]
    public async Task File_that_is_cut_off_is_imported_up_to_there()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => NewId()).ToArray();
        var whole = Dump(ids.Select(id => Short(id, "alice")));
        await File.WriteAllBytesAsync(_folder.Dump, whole[..^10]);

        var run = await _folder.Run("--file", _folder.Dump);

        Assert.Equal(65, run.ExitCode);
        Assert.Contains("2 sessions read: 2 imported", run.Output);
        Assert.Contains("truncated in document 3, at byte", run.Errors);
    }

    [Fact]
    public async Task Compressed_file_is_read()
    {
        var path = _folder.Dump + ".gz";
        await using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            await gzip.WriteAsync(Dump(Short(NewId(), "alice"), Short(NewId(), "bob")));

        Assert.Contains("2 imported", (await _folder.Run("--file", path)).Output);
    }

    [Fact]
    public async Task Dry_run_reports_the_same_and_writes_nothing_even_beside_a_node()
    {
        var unreadable = Session(NewId(), "alice", new BsonDocument("content", 17));
        File.WriteAllBytes(_folder.Dump, Dump(Session(NewId(), "alice"), unreadable));
        await using var node = await _folder.Start();

        var dry = await _folder.Run("--file", _folder.Dump, "--dry-run");
        var real = await _folder.Run("--file", _folder.Dump);

        Assert.Equal(65, dry.ExitCode);
        Assert.Contains("2 sessions read, 1 of them cannot be imported. Nothing was written.", dry.Output);
        Assert.Contains("the content of message 1 is no text", dry.Output);
        Assert.Equal(0, Journaled());
        Assert.Equal(1, real.ExitCode);
        Assert.Contains("DATA_DIR", real.Errors);
    }

    [Fact]
    public async Task Session_that_wants_a_model_that_is_not_there_is_told_of()
    {
        var session = Session(NewId(), "alice");
        session["modelId"] = "gone";

        Assert.Contains("1 open sessions use the model gone", (await _folder.Import(session)).Output);
    }

    [Theory]
    [InlineData("IMPORT_ENCRYPTION_KEY: is missing", "IMPORT_ENCRYPTION_KEY", "", "--file", "sessions.bson")]
    [InlineData("IMPORT_ENCRYPTION_KEY: is not a key of", "IMPORT_ENCRYPTION_KEY", "tooshort", "--file", "sessions.bson")]
    [InlineData("IMPORT_MONGO_URI: is missing", "IMPORT_MONGO_URI", "")]
    [InlineData("--from: contains a password", "IMPORT_MONGO_URI", "", "--from", "mongodb://chat:plantedsecret@127.0.0.1/chat")]
    [InlineData("--from: is not an address", "IMPORT_MONGO_URI", "", "--from", "plantedsecret")]
    public async Task What_is_missing_or_wrong_is_named(string expected, string key, string value, params string[] arguments)
    {
        _folder.Settings[key] = value;

        var run = await _folder.Run(arguments);

        Assert.Equal(78, run.ExitCode);
        Assert.Contains(expected, run.Errors);
        Assert.DoesNotContain("plantedsecret", run.Errors);
    }

    [Fact]
    public async Task Weak_key_of_the_replaced_service_opens_what_it_has_sealed_and_so_does_the_one_that_both_share()
    {
        const string key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        var session = Short(NewId(), "alice");
        session["msgs"][0]["content"] = Seal(Encoding.UTF8.GetBytes("weak"), Encoding.UTF8.GetBytes(key));
        session["msgs"].AsBsonArray.RemoveAt(1);
        _folder.Settings["IMPORT_ENCRYPTION_KEY"] = key;
        Assert.Contains("1 imported", (await _folder.Import(session)).Output);

        _folder.Settings["IMPORT_ENCRYPTION_KEY"] = "";
        _folder.Settings["ENCRYPTION_KEY"] = KeyText;
        Assert.Contains("1 imported", (await _folder.Import(Short(NewId(), "alice"))).Output);
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_said_so_without_its_password()
    {
        _folder.Settings["IMPORT_MONGO_URI"] = "mongodb://chat:plantedsecret@127.0.0.1:1/chat";
        _folder.Settings["MONGO_CONNECT_TIMEOUT"] = "50ms";

        var run = await _folder.Run("--dry-run");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MongoDB of the legacy service cannot be read: it does not respond", run.Errors);
        Assert.DoesNotContain("plantedsecret", run.Errors);
    }

    private long Journaled() => _folder.Count("SELECT count(DISTINCT persistence_id) FROM journal WHERE persistence_id LIKE 'session-%'");

    private Process StartProcess()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Chatbox.Node.NodeHost).Assembly.Location, "import", "--file", _folder.Dump]);
        foreach (var (key, value) in _folder.AllSettings)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }
}
