using System.Text.Json;
using Chatbox.Tests.Servers;
using MongoDB.Bson;
using static Chatbox.Tests.Harness.OldService;

namespace Chatbox.Tests.Contract.Import;

/// <summary>What users of the replaced service find after <c>import</c>.</summary>
public sealed class ImportTests : IDisposable
{
    private static readonly string Id = NewId();

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Conversation_is_in_its_owners_list_with_all_that_was_known_of_it()
    {
        var session = Session(Id, "alice", Message("user", "Hello", 1), Message("ai", "Hi", 2), Message("ai", "there", 3));
        session["nm"] = "Grüezi mitenand";
        session["modelId"] = "gone-model";
        session["endTs"] = Start.AddMinutes(30);
        session["lastActivity"] = Start.AddMinutes(20);
        session["dur"] = 1800;
        session["adminAssisted"] = true;
        session["helpRequested"] = true;
        session["totalTokens"] = 1234.0;
        session["maxRespTime"] = 900;
        session["avgRespTime"] = 450L;

        Assert.Equal(
            new ImportResult(0, "1 sessions read: 1 imported, 0 already present, 0 skipped.\n", ""),
            await _folder.Import(session)
        );

        await using var node = await _folder.Start();
        var item = (await node.Http.Rest("GET", "/sessions", "alice")).Json.GetProperty("sessions").EnumerateArray().Single();
        Assert.Equal((Id, "alice", "Grüezi mitenand"), (item.Text("id"), item.Text("user_id"), item.Text("name")));
        Assert.Equal("gone-model", item.Text("model_id"));
        Assert.Equal("2025-03-01T08:00:00.000Z", item.Text("start_time"));
        Assert.Equal("2025-03-01T08:30:00.000Z", item.Text("end_time"));
        Assert.Equal("2025-03-01T08:20:00.000Z", item.Text("last_activity"));
        Assert.Equal((1800, 3, 1234), (Number(item, "duration"), Number(item, "message_count"), Number(item, "total_tokens")));
        Assert.Equal((900, 450), (Number(item, "max_response_time"), Number(item, "avg_response_time")));
        Assert.True(item.GetProperty("help_requested").GetBoolean());
        Assert.True(item.GetProperty("admin_assisted").GetBoolean());
        Assert.False(item.GetProperty("is_active").GetBoolean());
    }

    [Fact]
    public async Task History_has_every_sender_in_order_with_the_times_and_what_was_known_of_a_file()
    {
        var file = Message("user", "my picture", 2);
        file["fileId"] = "f-17";
        file["fileUrl"] = "https://files.example/f-17?signature=old";
        file["meta"] = new BsonDocument { { "size", 17 }, { "nested", new BsonDocument("a", true) } };
        var spiteful = Message("user", "link", 6);
        (spiteful["fileId"], spiteful["fileUrl"]) = ("f-18", "javascript:alert(1)");
        var nobody = Message("robot", "Beep", 5);
        var session = Session(
            Id,
            "alice",
            Message("system", "Welcome", 1),
            file,
            Message("ai", "A cat.", 3),
            Message("admin", "A dog.", 4),
            nobody,
            spiteful
        );
        await _folder.Import(session);

        await using var node = await _folder.Start();
        var messages = await node.Http.History(Id, "alice", limit: 2);

        Assert.Equal(
            [
                ("system", "notification", "Welcome", "2025-03-01T08:01:00.000Z"),
                ("user", "file_upload", "my picture", "2025-03-01T08:02:00.000Z"),
                ("ai", "ai_response", "A cat.", "2025-03-01T08:03:00.000Z"),
                ("admin", "user_message", "A dog.", "2025-03-01T08:04:00.000Z"),
                ("system", "notification", "Beep", "2025-03-01T08:05:00.000Z"),
                ("user", "file_upload", "link", "2025-03-01T08:06:00.000Z"),
            ],
            messages.Select(m => (m.Text("sender"), m.Text("type"), m.Text("content"), m.Text("timestamp")))
        );
        Assert.Equal(("f-17", "https://files.example/f-17?signature=old"), (messages[1].Text("file_id"), messages[1].Text("file_url")));
        Assert.Equal(("17", """{ "a" : true }"""), (messages[1].Metadata("size"), messages[1].Metadata("nested")));
        Assert.Equal("one", messages[2].Metadata("model_id"));
        Assert.Equal("robot", messages[4].Metadata("sender"));
        Assert.Equal(("f-18", null), (messages[5].Text("file_id"), messages[5].Text("file_url")));
    }

    [Fact]
    public async Task One_that_had_not_ended_goes_on_and_the_model_knows_what_was_said()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer("Blue, ", "as you said.");
        _folder.Settings["LLM_PROVIDER_1_TYPE"] = "openai";
        _folder.Settings["LLM_PROVIDER_1_ENDPOINT"] = models.Endpoint.ToString();
        _folder.Settings["LLM_PROVIDER_1_API_KEY"] = "provider-key-of-this-test";
        _folder.Settings["LLM_PROVIDER_1_MODEL"] = "upstream";
        var answer = new string('x', 40_000);
        await _folder.Import(
            Session(
                Id,
                "alice",
                Message("system", "Welcome", 1),
                Message("user", "I like blue", 2),
                Message("ai", answer, 3),
                Message("admin", "Noted.", 4)
            )
        );

        await using var node = await _folder.Start();
        await using var client = await node.Connect("alice", $"session_id={Id}&last_seq=0");
        var status = await client.Next("connection_status");
        Assert.Equal((Id, "one"), (status.Text("session_id"), status.Text("model_id")));
        var done = await client.NextDone();
        Assert.Equal(answer, client.TextOf(done.Text("message_id")!));
        Assert.Equal("admin", (await client.Next("user_message")).Text("sender"));
        await client.Say("Which colour do I like?", "c1");
        await client.NextDone();

        var asked = Assert.Single(models.Requests).Json.GetProperty("messages").EnumerateArray();
        Assert.Equal(
            [("user", "I like blue"), ("assistant", $"{answer}\n\nNoted."), ("user", "Which colour do I like?")],
            asked.Select(m => (m.Text("role"), m.Text("content")))
        );
        var seqs = client
            .Seen.Where(f => f.Type() is "notification" or "user_message" or "ack" || f.IsDone())
            .Select(f => f.Seq())
            .ToList();
        Assert.Equal(seqs.Distinct().Order(), seqs);
        await node.Http.RestUntil(
            $"/sessions/{Id}",
            "alice",
            a => a.Json.GetProperty("messages").EnumerateArray().Select(m => m.Text("content")).Contains("Blue, as you said.")
        );
    }

    [Fact]
    public async Task Search_finds_it_and_whoever_has_its_share_token_reads_it_and_nobody_else()
    {
        var session = Short(Id, "alice");
        session["shareToken"] = new string('a', 32);
        await _folder.Import(session, Short(NewId(), "bob"));

        await using var node = await _folder.Start();
        var found = (await node.Http.Rest("GET", $"/sessions?q={Id}", "alice")).Json.GetProperty("sessions").EnumerateArray().Single();
        Assert.Equal((Id, new string('a', 32)), (found.Text("id"), found.Text("share_token")));
        Assert.Equal(200, (await node.Http.Rest("GET", $"/shared/{new string('a', 32)}", null)).Status);
        Assert.Equal(404, (await node.Http.Rest("GET", $"/sessions/{Id}", "bob")).Status);
    }

    [Fact]
    public async Task With_a_key_nothing_of_it_lies_in_clear_text()
    {
        _folder.Settings["ENCRYPTION_KEYS"] = SealedFolder.KeyA;
        var message = Message("user", "plantedquestion", 1);
        message["meta"] = new BsonDocument("plantedmetakey", "plantedmetavalue");
        var session = Session(Id, "alice", message, Message("ai", "plantedanswer", 2));
        session["nm"] = "plantedname";
        await _folder.Import(session);

        Assert.Empty(StoredFiles.Found(_folder.Data, [.. SealedFolder.Planted, "plantedname"]));
        await using var node = await _folder.Start();
        var read = await node.Http.Rest("GET", $"/sessions/{Id}", "alice");
        Assert.Equal("plantedname", read.Json.Text("name"));
        Assert.Equal(["plantedquestion", "plantedanswer"], (await node.Http.History(Id, "alice")).Select(m => m.Text("content")));
    }

    [Fact]
    public async Task Long_one_is_recovered_from_its_snapshot_and_read_to_its_end()
    {
        var messages = Enumerable.Range(1, 1_500).Select(n => Message(n % 2 == 1 ? "user" : "ai", $"message {n}", n)).ToArray();
        await _folder.Import(Session(Id, "alice", messages));

        Assert.Equal(1, _folder.Count("SELECT count(*) FROM snapshot WHERE persistence_id LIKE 'session-%'"));
        await using var node = await _folder.Start();
        Assert.Equal(
            Enumerable.Range(1, 1_500).Select(n => $"message {n}"),
            (await node.Http.History(Id, "alice")).Select(m => m.Text("content"))
        );
        await using var client = await node.Connect("alice", $"session_id={Id}&last_seq=1400");
        var last = await client.Next(f => f.IsDone() && f.Seq() == 1_501, "the last answer");
        Assert.Equal("message 1500", client.TextOf(last.Text("message_id")!));
        Assert.Equal(50, client.Seen.Count(f => f.Type() == "user_message"));
    }

    private static long Number(JsonElement item, string field) => item.GetProperty(field).GetInt64();
}
