using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Node.Files.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Unit.Files;

/// <summary>A service whose HTTP server answers 400 without a reason, as Ceph's does on a connection with the rest of an earlier request.</summary>
public sealed class S3ClientTests : IAsyncLifetime
{
    private static readonly FileKey Key = new("a");

    private readonly WebApplication _service = WebApplication.CreateSlimBuilder().Build();
    private readonly List<string> _bodies = [];
    private int _bare;

    public async Task InitializeAsync()
    {
        _service.Urls.Add("http://127.0.0.1:0");
        _service.Run(Answer);
        await _service.StartAsync();
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Request_is_sent_again_whole_after_a_400_without_a_reason()
    {
        using var store = Store();
        _bare = 1;
        await store.Write(Key, new MemoryStream("content"u8.ToArray()), default);
        Assert.Equal(2, _bodies.Count);
        Assert.All(_bodies, body => Assert.Contains("content", body, StringComparison.Ordinal));

        _bare = 1;
        await using var read = await store.OpenRead(Key, 0, null, default);
        Assert.Equal("stored", await new StreamReader(read!).ReadToEndAsync());
    }

    [Fact]
    public async Task After_some_attempts_the_service_is_unavailable()
    {
        using var store = Store();
        _bare = int.MaxValue;

        var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(() => store.OpenRead(Key, 0, null, default));

        Assert.Contains("400", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1 + S3Calls.Retries, _bodies.Count);
    }

    private async Task Answer(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body, Encoding.Latin1);
        _bodies.Add(await body.ReadToEndAsync());
        if (_bare-- > 0)
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
        else
            await http.Response.WriteAsync("stored");
    }

    private S3FileStore Store() =>
        new(
            new S3Options
            {
                Bucket = "files",
                Endpoint = new Uri(_service.Urls.Single()),
                Region = "us-east-1",
                UsePathStyle = true,
                AccessKey = new S3AccessKey("id", "secret"),
                Checksums = S3Checksums.WhenRequired,
            },
            TimeProvider.System
        );
}
