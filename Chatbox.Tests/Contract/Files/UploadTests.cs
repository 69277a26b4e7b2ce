using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Stores.Index;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Whole files in one request. Protocol section 7.</summary>
public sealed class UploadTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("/chatbox/upload")]
    [InlineData("/api/upload")]
    public async Task File_is_stored_as_it_is_and_the_response_is_that_of_the_replaced_service(string route)
    {
        await using var host = await UploadHost.Start();
        var content = RandomNumberGenerator.GetBytes(300_000);

        var answer = await host.Upload("alice", content, "Größe 🙂.txt", route);

        Assert.Equal(200, answer.Status);
        Assert.Equal(["file_id", "file_url", "size", "mime_type"], answer.Fields);
        var id = answer.Json.Text("file_id")!;
        Assert.Equal((300_000, "text/plain"), (answer.Json.GetProperty("size").GetInt64(), answer.Json.Text("mime_type")));
        Assert.Contains(id, answer.Json.Text("file_url"), StringComparison.Ordinal);
        Assert.Equal(content, host.Store.Objects[FileKey.Content(new(id))]);
        var row = Assert.Single(await host.Rows());
        Assert.Equal((id, "alice", FileRow.Unsent, 300_000L), (row.FileId, row.UserId, row.State, row.Size));
        Assert.Empty(host.Spooled);
    }

    [Fact]
    public async Task Name_and_type_reach_the_judge_as_the_client_sent_them_and_what_it_returns_is_stored()
    {
        await using var host = await UploadHost.Start();
        SpooledFile? judged = null;
        host.Judge.Verdict = file =>
        {
            judged = file;
            return new FileVerdict.Accepted("photo.jpg", "image/jpeg", new MemoryStream([1, 2, 3]), new ImageSize(40, 30), [9, 9]);
        };
        using var form = UploadHost.Form([5, 6], "Größe 🙂.png", "a session");

        var answer = await host.Send("/chatbox/upload", form, r => r.Headers.Authorization = UploadHost.Bearer("alice"));

        Assert.Equal("Größe 🙂.png", judged!.Name);
        Assert.Equal((3, "image/jpeg"), (answer.Json.GetProperty("size").GetInt64(), answer.Json.Text("mime_type")));
        var id = new FileId(answer.Json.Text("file_id")!);
        Assert.Equal([1, 2, 3], host.Store.Objects[FileKey.Content(id)]);
        Assert.Equal([9, 9], host.Store.Objects[FileKey.Thumbnail(id)]);
        Assert.Equal((40, 30), ((await host.Rows())[0].Width, (await host.Rows())[0].Height));
    }

    [Fact]
    public async Task File_of_exactly_the_greatest_size_is_stored_and_one_byte_more_is_refused()
    {
        await using var host = await UploadHost.Start(options => options with { MaxSize = 1 << 20 });

        var over = await host.Upload("alice", new byte[(1 << 20) + 1]);
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (over.Status, over.Code));
        Assert.Contains("1 MB", over.Json.Text("message"), StringComparison.Ordinal);
        await host.AssertNothing();

        Assert.Equal(200, (await host.Upload("alice", new byte[1 << 20])).Status);
    }

    [Fact]
    public async Task File_without_a_known_length_is_stopped_as_soon_as_it_passes_the_limit()
    {
        await using var host = await UploadHost.Start(options => options with { MaxSize = 100_000 });
        // The body never ends: only a server that stops by itself responds.
        using var raw = await RawClient.Send(
            host.Host.Address,
            ChunkedHead(TestNode.Token("alice")) + Chunk(PartHead) + Chunk(new string('x', 500_000))
        );

        Assert.Contains("413", await raw.ReadLine().WaitAsync(Deadline), StringComparison.Ordinal);
        await host.AssertNothing();
    }

    [Fact]
    public async Task Quota_of_a_user_counts_all_files_and_is_nobody_elses()
    {
        await using var host = await UploadHost.Start(options => options with { Quota = 250 });
        for (var n = 0; n < 2; n++)
            Assert.Equal(200, (await host.Upload("alice", new byte[100])).Status);

        var full = await host.Upload("alice", new byte[51]);
        Assert.Equal((413, "QUOTA_EXCEEDED"), (full.Status, full.Code));
        Assert.Equal(200, (await host.Upload("alice", new byte[50])).Status);
        Assert.Equal("QUOTA_EXCEEDED", (await host.Upload("alice", new byte[1])).Code);
        Assert.Equal(200, (await host.Upload("bob", new byte[250])).Status);
        Assert.Equal(4, host.Store.Objects.Count);
    }

    // What the judge makes of a file can be larger than what was received.
    [Fact]
    public async Task Rewritten_file_counts_as_it_is_stored()
    {
        await using var host = await UploadHost.Start(options => options with { Quota = 100 });
        host.Judge.Verdict = file => new FileVerdict.Accepted(file.Name, "image/png", new MemoryStream(new byte[101]), null, null);

        Assert.Equal("QUOTA_EXCEEDED", (await host.Upload("alice", new byte[10])).Code);
        await host.AssertNothing();
    }

    [Fact]
    public async Task Refused_file_gets_its_status_and_a_reason_and_leaves_nothing()
    {
        await using var host = await UploadHost.Start();
        foreach (var (fault, code) in new[] { (FileFault.Mismatch, "UNSUPPORTED_MEDIA_TYPE"), (FileFault.Active, "FILE_REFUSED") })
        {
            host.Judge.Verdict = _ => new FileVerdict.Refused(fault, "This file contains a script.");
            var answer = await host.Upload("alice", [1]);
            Assert.Equal((fault.Status, code, fault.Label), (answer.Status, answer.Code, answer.Json.Text("reason")));
            Assert.Equal("This file contains a script.", answer.Json.Text("message"));
        }

        host.Judge.Verdict = _ => new FileVerdict.Undecided("Try again.");
        var undecided = await host.Upload("alice", [1]);
        Assert.Equal((503, "SERVICE_UNAVAILABLE", "5"), (undecided.Status, undecided.Code, undecided.Headers["Retry-After"]));
        await host.AssertNothing();
    }

    [Fact]
    public async Task Store_that_is_down_is_503_with_a_time_and_leaves_nothing()
    {
        await using var host = await UploadHost.Start(store: new FailingFileStore());

        var answer = await host.Upload("alice", [1]);

        Assert.Equal((503, "SERVICE_UNAVAILABLE", "5"), (answer.Status, answer.Code, answer.Headers["Retry-After"]));
        Assert.All(await host.Rows(), row => Assert.Equal(FileRow.Removing, row.State));
        Assert.Empty(host.Spooled);
    }

    [Theory]
    [InlineData("application/json", "{}", 415)]
    [InlineData("multipart/form-data", "", 415)]
    [InlineData("multipart/form-data; boundary=b", "", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--\r\n", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx", 400)]
    [InlineData(
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\n\r\ny\r\n--b--\r\n",
        400
    )]
    public async Task Body_that_is_no_form_with_one_file_is_refused(string type, string body, int status)
    {
        await using var host = await UploadHost.Start();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await host.Send("/chatbox/upload", content, r => r.Headers.Authorization = UploadHost.Bearer("alice"));

        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Json.Text("message")!);
        await host.AssertNothing();
    }

    [Fact]
    public async Task Uploads_at_once_are_limited_for_each_user_and_for_the_node()
    {
        await using var host = await UploadHost.Start(options => options with { PerUser = 1, PerNode = 2 });
        using (var first = await Begin(host, "alice"))
        {
            await Until(async () => (await host.Upload("alice", [1])).Status == 429);
            var mine = await host.Upload("alice", [1]);
            Assert.Equal("rate_limit_exceeded", mine.Json.Text("error"));
            Assert.Equal("5", mine.Headers["Retry-After"]);
            Assert.Equal(200, (await host.Upload("bob", [1])).Status);

            using var second = await Begin(host, "bob");
            await Until(async () => (await host.Upload("carol", [1])).Status == 503);
        }

        await Until(async () => (await host.Upload("alice", [1])).Status == 200);
    }

    [Fact]
    public async Task Client_that_vanishes_leaves_nothing_behind()
    {
        await using var host = await UploadHost.Start(options => options with { PerUser = 1 });
        host.Judge.Verdict = _ => new FileVerdict.Refused(FileFault.Type, "no");
        using (await Begin(host, "alice"))
            await Until(async () => (await host.Upload("alice", [1])).Status == 429);

        // The place is free again once the request is over.
        await Until(async () => (await host.Upload("alice", [1])).Status == 415);
        await host.AssertNothing();
    }

    [Theory]
    [InlineData(30, 600)]
    [InlineData(600, 30)]
    public async Task Upload_that_pauses_or_takes_too_long_is_ended(int idle, int total)
    {
        await using var host = await UploadHost.Start(options =>
            options with
            {
                IdleTimeout = TimeSpan.FromSeconds(idle),
                Timeout = TimeSpan.FromSeconds(total),
            }
        );
        using var raw = await Begin(host, "alice");
        var line = raw.ReadLine();
        await Until(() =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(31));
            return Task.FromResult(line.IsCompleted);
        });

        Assert.Contains("408", await line, StringComparison.Ordinal);
        await host.AssertNothing();
    }

    private const string PartHead = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";

    /// <summary>An upload that has begun, so that it has its place, and does not go on.</summary>
    private static async Task<RawClient> Begin(UploadHost host, string user)
    {
        var before = host.Taken;
        var raw = await RawClient.Send(host.Host.Address, ChunkedHead(TestNode.Token(user)) + Chunk(PartHead) + Chunk("begun"));
        await Until(() => Task.FromResult(host.Taken > before));
        return raw;
    }

    private static string ChunkedHead(string token) =>
        $"POST /chatbox/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n"
        + "Content-Type: multipart/form-data; boundary=b\r\n\r\n";

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await holds())
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    private sealed class FailingFileStore : IFileStore
    {
        private static FileStoreUnavailableException Down => new("The store is down.");

        public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) => throw Down;

        public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken) => throw Down;

        public Task Delete(FileKey key, CancellationToken cancellationToken) => throw Down;

        public IAsyncEnumerable<StoredObject> List(string prefix, CancellationToken cancellationToken) => throw Down;

        public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => throw Down;

        public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => throw Down;

        public Task Check(CancellationToken cancellationToken) => throw Down;
    }
}
