using System.Text.Json;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files;
using Chatbox.Tests.Contract.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Operators;

/// <summary><c>pbm file</c>.</summary>
public sealed class PbmFileTests : IAsyncLifetime
{
    private TestNode _node = null!;

    private IFileStore Store => _node.Services.GetRequiredService<IFileStore>();

    public async Task InitializeAsync() => _node = await TestNode.Start();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Operator_sees_whose_a_file_is_and_where_it_is_mentioned()
    {
        var file = await Upload("alice", "content");
        Assert.Equal("unsent", (await PbmRun.Of(_node, "file", "show", file, "--json")).Json.Text("state"));
        var (session, _) = await _node.Mention("alice", file);

        var shown = await PbmRun.Of(_node, "file", "show", file, "--json");

        Assert.Equal((0, ""), (shown.Exit, shown.Error));
        Assert.Equal(
            (file, "alice", "mentioned", "notes.txt", "text/plain"),
            (
                shown.Json.Text("file_id"),
                shown.Json.Text("user_id"),
                shown.Json.Text("state"),
                shown.Json.Text("name"),
                shown.Json.Text("mime_type")
            )
        );
        Assert.Equal(7, shown.Json.GetProperty("size").GetInt64());
        Assert.True(shown.Json.GetProperty("in_store").GetBoolean());
        Assert.Equal(session, shown.Json.GetProperty("sessions").EnumerateArray().Single().GetString());
        Assert.Matches("in store +yes", (await PbmRun.Of(_node, "file", "show", file)).Output);
        var unknown = await PbmRun.Of(_node, "file", "show", FileId.New().Value);
        Assert.Equal((1, "There is no such file, or it was deleted."), (unknown.Exit, unknown.Error.Trim()));
        Assert.Contains(file, await Trail("file.read"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_file_leaves_its_name_in_the_history_and_an_address_that_says_so()
    {
        var file = await Upload("alice", "content");
        var (session, address) = await _node.Mention("alice", file);
        Assert.Equal("content", await _node.Http.GetStringAsync(address));
        Assert.Equal(64, (await PbmRun.Of(_node, "file", "delete", file)).Exit); // nobody confirms it
        Assert.Equal("content", await _node.Http.GetStringAsync(address));

        var deleted = await PbmRun.Of(_node, "file", "delete", file, "--yes");

        Assert.Equal((0, ""), (deleted.Exit, deleted.Error));
        var history = await _node.Http.Rest("GET", $"/sessions/{session}", "alice");
        var message = history.Json.GetProperty("messages").EnumerateArray().First(m => m.TryGetProperty("files", out _));
        var named = message.GetProperty("files").EnumerateArray().Single();
        Assert.Equal((file, "notes.txt"), (named.Text("file_id"), named.Text("name")));
        foreach (var place in new[] { address, message.Text("file_url")! })
        {
            using var answer = await _node.Http.GetAsync(place);
            var gone = await RestAnswer.Read(answer);
            Assert.Equal((404, "There is no such file, or it was deleted."), (gone.Status, gone.Json.Text("message")));
        }

        await foreach (var found in Store.List("content/", default))
            Assert.DoesNotContain(file, found.Key.Value, StringComparison.Ordinal);
        Assert.Equal(1, (await PbmRun.Of(_node, "file", "delete", file, "--yes")).Exit);
        Assert.Contains(file, await Trail("file.delete"), StringComparison.Ordinal);

        // The conversation goes on, and is erased like any other.
        await using var client = await _node.Connect("alice");
        await client.Say("what was in it?", "m2");
        await client.NextDone();
        Assert.Equal(204, (await _node.Http.Rest("DELETE", $"/sessions/{session}", "alice")).Status);
    }

    [Fact]
    public async Task Orphans_are_listed_and_deleted_and_what_is_being_uploaded_is_neither()
    {
        var (whole, missing) = (await Upload("alice", "whole"), await Upload("alice", "missing"));
        await Store.Delete(FileKey.Content(new FileId(missing)), default);
        var (orphan, young) = (FileKey.Content(FileId.New()), FileKey.Part(FileId.New(), 0));
        foreach (var key in new[] { orphan, FileKey.Content(await Begin()), young })
            await Store.Write(key, new MemoryStream([1, 2, 3]), default);
        var before = await Keys();

        var report = await PbmRun.Of(_node, "file", "orphans");

        Assert.Equal((0, ""), (report.Exit, report.Error));
        var lines = Lines(report.Output);
        Assert.Equal(["object", "record", "total"], lines.Select(line => line.Text("kind")));
        Assert.Equal((orphan.Value, 3), (lines[0].Text("key"), lines[0].GetProperty("size").GetInt32()));
        Assert.Equal((missing, "alice"), (lines[1].Text("file_id"), lines[1].Text("user_id")));
        Assert.Equal((1, 3, 1, 0), Totals(lines[2]));
        Assert.Equal(before, await Keys());

        Assert.Equal(64, (await PbmRun.Of(_node, "file", "orphans", "--delete")).Exit);
        var deleted = Lines((await PbmRun.Of(_node, "file", "orphans", "--delete", "--yes")).Output);
        Assert.Equal((1, 3, 1, 1), Totals(deleted[^1]));
        Assert.Equal(before.Where(key => key != orphan.Value), await Keys());
        Assert.Equal((0, 0, 1, 0), Totals(Lines((await PbmRun.Of(_node, "file", "orphans")).Output)[^1]));
        Assert.Contains("orphans", await Trail("file.list"), StringComparison.Ordinal);
        Assert.Equal("whole", await _node.Http.GetStringAsync((await _node.Mention("alice", whole)).Address));
    }

    private static List<JsonElement> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static (int Objects, int Bytes, int Records, int Deleted) Totals(JsonElement line) =>
        (
            line.GetProperty("objects").GetInt32(),
            line.GetProperty("bytes").GetInt32(),
            line.GetProperty("records").GetInt32(),
            line.GetProperty("deleted").GetInt32()
        );

    /// <summary>A file whose bytes are being written.</summary>
    private async Task<FileId> Begin()
    {
        var file = new StoredFile(FileId.New(), new UserId("alice"), "a.txt", "text/plain", 3, null, TimeProvider.System.GetUtcNow());
        Assert.True(await _node.Services.GetRequiredService<IFileRecords>().Begin(file, long.MaxValue, default));
        return file.Id;
    }

    private async Task<IReadOnlyList<string>> Keys()
    {
        var keys = new List<string>();
        await foreach (var found in Store.List("", default))
            if (!found.Key.Value.StartsWith("check/", StringComparison.Ordinal))
                keys.Add(found.Key.Value);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private async Task<string> Trail(string kind) => (await _node.Http.Rest("GET", $"/admin/audit?kind={kind}", "root", "admin")).Text;

    private async Task<string> Upload(string user, string content) => (await _node.Http.Upload(user, content)).Json.Text("file_id")!;
}
