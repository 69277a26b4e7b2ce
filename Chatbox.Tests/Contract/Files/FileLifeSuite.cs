using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Chatbox.Messages.Frames;
using Chatbox.Tests.Harness.Stores;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Uploaded files on a real node: from the upload to the message, and to the erasure that leaves no byte.</summary>
public abstract class FileLifeSuite(StoreFixture stores)
{
    private const string Planted = "planted-5b8e17d2";

    [StoreFact]
    public async Task Erased_session_takes_its_files_along_unless_another_session_mentions_them()
    {
        await using var store = await stores.Make();
        await using var node = await TestNode.Start(store.Settings, store.Folder);
        var alone = await Upload(node, "alice", $"{Planted} alone");
        var shared = await Upload(node, "alice", $"{Planted} shared");
        var first = await Mention(node, "alice", alone, shared);
        Assert.Equal(200, (await node.Http.Rest("POST", $"/sessions/{first}/end", "alice")).Status);
        var second = await Mention(node, "alice", shared);
        Assert.NotEqual(first, second);

        Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{first}", "alice")).Status);
        Assert.Equal([$"{Planted} shared"], store.Find($"{Planted} alone", $"{Planted} shared"));
        Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{second}", "alice")).Status);
        Assert.Empty(store.Find(Planted));
    }

    [StoreFact]
    public async Task Erased_user_has_no_files_either_not_even_unsent_ones()
    {
        await using var store = await stores.Make();
        await using var node = await TestNode.Start(store.Settings, store.Folder);
        await Mention(node, "alice", await Upload(node, "alice", $"{Planted} sent"));
        await Upload(node, "alice", $"{Planted} unsent");
        await Upload(node, "bob", $"{Planted} foreign");

        var erased = await node.Http.Rest("DELETE", "/admin/users/alice", "root", "admin");

        Assert.True(erased.Json.GetProperty("complete").GetBoolean());
        Assert.Equal([$"{Planted} foreign"], store.Find($"{Planted} sent", $"{Planted} unsent", $"{Planted} foreign"));
    }

    [StoreFact]
    public async Task Foreign_and_removed_files_cannot_be_mentioned()
    {
        await using var store = await stores.Make();
        await using var node = await TestNode.Start(store.Settings, store.Folder);
        var file = await Upload(node, "alice", Planted);
        await using var other = await node.Connect("bob");
        await Refused(other, file);

        var session = await Mention(node, "alice", file);
        await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{session}", "alice")).Status);
        await using var owner = await node.Connect("alice");
        await Refused(owner, file);
    }

    [StoreFact]
    public async Task Node_that_is_killed_in_the_middle_of_an_upload_leaves_nothing()
    {
        await using var store = await stores.Make();
        await using var node = await NodeProcess.Start(store.Settings, dataDirectory: store.Folder);
        var head =
            $"POST /chatbox/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestNode.Token("alice")}\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: multipart/form-data; boundary=b\r\n\r\n";
        var part = $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{new string('x', 200_000)}{Planted}";
        using var begun = await RawClient.Send(node.Address, $"{head}{part.Length:x}\r\n{part}\r\n");
        var spool = Path.Combine(store.Folder, "spool");
        await Until(() => Directory.Exists(spool));

        await node.Kill();
        Assert.Empty(store.Find(Planted));
        // As if the process had been killed before its new file had lost its name.
        await File.WriteAllBytesAsync(Path.Combine(spool, "left.spool"), []);
        await node.Start();
        Assert.Empty(Directory.GetFiles(spool));
        Assert.Equal(200, (await node.Http.Upload("alice", "whole")).Status);
    }

    // The page of the replaced service: a socket with the token in its address, an upload with the cookie alone, a frame with numbers.
    [StoreFact]
    public async Task Page_of_the_replaced_service_uploads_and_shows_a_file_without_a_change()
    {
        await using var store = await stores.Make();
        await using var node = await TestNode.Start(store.Settings, store.Folder);
        var origin = node.Address.GetLeftPart(UriPartial.Authority);
        var cookies = new CookieContainer();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri($"ws://{node.Address.Authority}/chatbox/ws?token={TestNode.Token("alice")}"), default);
        foreach (var cookie in socket.HttpResponseHeaders!["Set-Cookie"])
            cookies.SetCookies(node.Address, cookie);

        var content = RandomNumberGenerator.GetBytes(50_000).Select(b => (byte)('a' + (b % 26))).ToArray();
        using var handler = new HttpClientHandler { CookieContainer = cookies };
        using var browser = new HttpClient(handler) { BaseAddress = node.Address };
        browser.DefaultRequestHeaders.Add("Origin", origin);
        using var uploaded = await browser.PostAsync("/api/upload", UploadHost.Form(content, "letter.txt", "any"));
        var answer = await RestAnswer.Read(uploaded);
        Assert.Equal(200, answer.Status);

        await using var page = await node.Connect("alice");
        await page.Next("connection_status");
        await page.SendText(
            $$$"""{"type":"file_upload","file_id":"{{{answer.Json.Text("file_id")}}}","file_url":"{{{answer.Json.Text("file_url")}}}","metadata":{"file_size":50000,"width":3}}"""
        );
        var shown = await page.Next("file_upload");
        Assert.Equal("50000", shown.Metadata("file_size"));
        Assert.Equal(content, await node.Http.GetByteArrayAsync(shown.Text("file_url")));
        Assert.Equal(content, await node.Http.GetByteArrayAsync(answer.Json.Text("file_url")));
    }

    private static async Task<string> Upload(TestNode node, string user, string text)
    {
        var answer = await node.Http.Upload(user, text);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.Text("file_id")!;
    }

    /// <summary>Sends a message with files to the user's active session.</summary>
    private static async Task<string> Mention(TestNode node, string user, params string[] files)
    {
        await using var client = await node.Connect(user);
        await client.Next("connection_status");
        await client.Send(
            new
            {
                type = "user_message",
                id = $"m{files[0]}",
                content = "look",
                metadata = new { file_ids = string.Join(',', files) },
            }
        );
        var ack = await client.Next("ack");
        await client.NextDone();
        return ack.Text("session_id")!;
    }

    private static async Task Refused(TestClient client, string file)
    {
        await client.Send(
            new
            {
                type = "file_upload",
                id = $"f{file}",
                file_id = file,
                file_url = "x",
            }
        );
        var error = await client.Next("error");
        Assert.Equal((ErrorCode.NotFound, "file_id"), (error.ErrorCode(), error.Metadata("field")));
    }

    private static async Task Until(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
            await pause.WaitForNextTickAsync(deadline.Token);
    }
}

/// <inheritdoc />
public sealed class FileLifeTests(SqliteStores stores) : FileLifeSuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class FileLifeOnPostgresTests(PostgresStores stores) : FileLifeSuite(stores);

/// <inheritdoc />
[OnMongoServer]
public sealed class FileLifeOnMongoTests(MongoStores stores) : FileLifeSuite(stores), IClassFixture<MongoStores>;
