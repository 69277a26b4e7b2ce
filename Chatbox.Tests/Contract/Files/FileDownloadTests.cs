using System.Net;
using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Files;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Who may open a file, and what a browser gets. Protocol section 7, "Downloads".</summary>
public sealed class FileDownloadTests : IAsyncLifetime
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly MemoryFiles _files = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(200_000);
    private readonly SwitchedStore _store = new();
    private FileAddresses _addresses = null!;
    private RestHost _host = null!;
    private FileId _photo;

    public async Task InitializeAsync()
    {
        _addresses = new FileAddresses(new byte[32], TinyHost.Prefix, Lifetime, _clock);
        _host = await RestHost.Start(
            map: app => app.MapChatboxFileDownloads(TinyHost.Prefix),
            configure: services =>
                services
                    .AddChatboxFileDownloads()
                    .AddSingleton<IFileLibrary>(_files)
                    .AddSingleton<IFileStore>(_store)
                    .AddSingleton(
                        new FileStoreOptions
                        {
                            Folder = "",
                            UrlPrefix = "",
                            UrlLifetime = Lifetime,
                        }
                    )
                    .AddSingleton(_addresses)
                    .AddSingleton(new PrometheusMetrics().FileTransfer)
                    .AddSingleton<TimeProvider>(_clock)
        );
        _photo = await Add("alice", "Zürich.png", "image/png", _content);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Signed_address_gives_the_file_to_whoever_has_it()
    {
        using var answer = await Get(_addresses.Sign(_photo));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(
            ("image/png", _content.Length),
            (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentLength)
        );
        Assert.Equal(
            "inline; filename=Z_rich.png; filename*=UTF-8''Z%C3%BCrich.png",
            answer.Content.Headers.GetValues("Content-Disposition").Single()
        );
        Assert.Equal(
            "private, max-age=900",
            answer.Headers.GetValues("Cache-Control").Single().Replace("max-age=900, private", "private, max-age=900")
        );
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_changed_or_foreign_signature_is_refused_with_what_to_do()
    {
        var address = _addresses.Sign(_photo);
        var other = await Add("alice", "b.png", "image/png", [1]);
        foreach (
            var wrong in new[]
            {
                address.Replace($"{_photo}", $"{other}"),
                address[..^1] + (address[^1] == '0' ? '1' : '0'),
                address.Replace("expires=1", "expires=2"),
                address + "&signature=0",
            }
        )
            await Refused(wrong);

        _clock.Advance(Lifetime);
        await Refused(address);

        async Task Refused(string wrong)
        {
            using var answer = await Get(wrong);
            var body = await RestAnswer.Read(answer);
            Assert.Equal((403, "FORBIDDEN"), (body.Status, body.Code));
            Assert.Contains("Read the session again", body.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_signature_only_those_open_a_file_who_may_read_it()
    {
        var session = await _host.Add("bob");
        var path = $"/files/{_photo}";

        Assert.Equal(401, (await _host.Get(path, null)).Status);
        Assert.Equal(200, (await _host.Get(path, "alice")).Status);
        Assert.Equal(404, (await _host.Get(path, "bob")).Status);
        Assert.Equal(404, (await _host.Get($"/files/{FileId.New()}", "bob")).Status);
        Assert.Equal(404, (await _host.Get("/files/nonsense", "alice")).Status);

        // Somebody who has taken bob's session over sent the file there.
        await _files.Claim(new UserId("alice"), session.SessionId, [_photo], default);
        Assert.Equal(200, (await _host.Get(path, "bob")).Status);
        Assert.Equal(404, (await _host.Get(path, "carol")).Status);
        Assert.Equal("no-store", (await _host.Get(path, "bob")).Headers["Cache-Control"]);

        _files.Forget(_photo);
        Assert.Equal(404, (await _host.Get(path, "alice")).Status);
        using var signed = await Get(_addresses.Sign(_photo));
        Assert.Equal(HttpStatusCode.NotFound, signed.StatusCode);
    }

    [Fact]
    public async Task Admin_opens_a_file_once_it_is_in_the_audit_trail()
    {
        var session = await _host.Add("bob");
        await _files.Claim(new UserId("alice"), session.SessionId, [_photo], default);

        Assert.Equal(200, (await _host.Get($"/files/{_photo}", "root", "admin")).Status);

        var record = Assert.Single(_host.Index.AuditTrail);
        Assert.Equal(
            (AuditKind.FileRead, session.SessionId, new UserId("alice")),
            (record.Action, record.SessionId!.Value, record.UserId!.Value)
        );
        Assert.Equal($"file={_photo}", record.Detail);
        await _host.Get($"/files/{_photo}", "alice", "admin");
        Assert.Single(_host.Index.AuditTrail);
    }

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=100000-", 206, 100_000, 100_000)]
    [InlineData("bytes=65530-65550", 206, 65_530, 21)]
    [InlineData("bytes=-5", 206, 199_995, 5)]
    [InlineData("bytes=199999-999999", 206, 199_999, 1)]
    [InlineData("bytes=0-1,5-6", 200, 0, 200_000)] // several ranges: the whole file, as RFC 9110 allows
    [InlineData("lines=1-2", 200, 0, 200_000)]
    public async Task Range_is_served_exactly(string range, int status, int offset, int length)
    {
        foreach (var isSealed in new[] { false, true })
        {
            _store.IsSealed = isSealed;
            var photo = await Add("alice", "b.png", "image/png", _content);
            using var answer = await Get(_addresses.Sign(photo), ("Range", range));

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(_content[offset..(offset + length)], await answer.Content.ReadAsByteArrayAsync());
            if (status == 206)
                Assert.Equal($"bytes {offset}-{offset + length - 1}/{_content.Length}", answer.Content.Headers.ContentRange!.ToString());
        }
    }

    [Fact]
    public async Task Range_behind_the_end_is_416_and_a_range_of_another_version_is_the_whole_file()
    {
        var address = _addresses.Sign(_photo);
        using var behind = await Get(address, ("Range", "bytes=200000-"));
        Assert.Equal(
            (HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */200000"),
            (behind.StatusCode, behind.Content.Headers.ContentRange!.ToString())
        );

        using var whole = await Get(address, ("Range", "bytes=0-1"), ("If-Range", "\"other\""));
        Assert.Equal((HttpStatusCode.OK, 200_000), (whole.StatusCode, whole.Content.Headers.ContentLength));

        using var part = await Get(address, ("Range", "bytes=0-1"), ("If-Range", whole.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        using var known = await Get(address, ("If-None-Match", whole.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task Head_tells_the_size_without_opening_the_file()
    {
        _store.Fails = true;
        using var request = new HttpRequestMessage(HttpMethod.Head, _addresses.Sign(_photo));
        using var answer = await _host.Host.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, 200_000), (answer.StatusCode, answer.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("image/svg+xml", "a.svg")]
    [InlineData("text/html", "a.html")]
    public async Task Type_that_can_hold_scripts_is_saved_and_runs_nothing(string type, string name)
    {
        var file = await Add("alice", name, type, "<script>alert(1)</script>"u8.ToArray());
        using var answer = await Get(_addresses.Sign(file));

        Assert.StartsWith("attachment;", answer.Content.Headers.GetValues("Content-Disposition").Single(), StringComparison.Ordinal);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("; sandbox", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thumbnail_is_the_small_picture_or_the_image_itself()
    {
        var pdf = await Add("alice", "a.pdf", "application/pdf", [1]);
        using (var without = await Get(_addresses.Sign(_photo) + "&thumbnail=1"))
            Assert.Equal(_content, await without.Content.ReadAsByteArrayAsync());

        await _store.Write(FileKey.Thumbnail(_photo), new MemoryStream([7, 8]), default);
        using var small = await Get(_addresses.Sign(_photo) + "&thumbnail=1");
        Assert.Equal([7, 8], await small.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/webp", small.Content.Headers.ContentType!.ToString());
        using var none = await Get(_addresses.Sign(pdf) + "&thumbnail=1");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Store_that_is_away_is_503_and_a_file_without_bytes_404()
    {
        _store.Fails = true;
        using (var away = await Get(_addresses.Sign(_photo)))
        {
            var body = await RestAnswer.Read(away);
            Assert.Equal((503, "SERVICE_UNAVAILABLE"), (body.Status, body.Code));
            Assert.NotEmpty(body.Headers["Retry-After"]);
            Assert.DoesNotContain("Content-Disposition", body.Headers.Keys);
        }

        _store.Fails = false;
        await _store.Delete(FileKey.Content(_photo), default);
        using var gone = await Get(_addresses.Sign(_photo));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Store_with_addresses_of_its_own_serves_the_file_itself()
    {
        _store.Address = new Uri("https://bucket.example/content?sig=1");
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = _host.Host.Address };
        using var answer = await http.GetAsync(_addresses.Sign(_photo));

        Assert.Equal((HttpStatusCode.Found, _store.Address), (answer.StatusCode, answer.Headers.Location));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal(404, (await _host.Get($"/files/{_photo}", "mallory")).Status);
    }

    private async Task<FileId> Add(string owner, string name, string type, byte[] content)
    {
        var id = _files.Put(new UserId(owner), name, type, content);
        await _store.Write(FileKey.Content(id), new MemoryStream(content), default);
        return id;
    }

    private Task<HttpResponseMessage> Get(string address, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return _host.Host.Client.SendAsync(request);
    }
}
