using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Tests.Contract.Files;

/// <summary>What operators see of uploads and downloads, and what people are told of the limits.</summary>
public sealed class FileMetricsTests : IAsyncLifetime
{
    private const string Transferred = "chatbox_file_transfer_bytes_total";
    private const string Refusals = "chatbox_file_refusals_total";

    private TestNode _node = null!;

    public async Task InitializeAsync() =>
        _node = await TestNode.Start(new Dictionary<string, string> { ["UPLOAD_MAX_SIZE"] = "20KB", ["UPLOAD_QUOTA"] = "30KB" });

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Bytes_from_and_to_clients_are_counted()
    {
        var content = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(8_000)));
        var uploaded = await Upload("alice", content);
        Assert.Equal(200, uploaded.Status);
        Assert.Equal(content, await _node.Http.GetByteArrayAsync(uploaded.Json.Text("file_url")));

        var metrics = await MetricsPage.Read(_node.Http);

        Assert.InRange(metrics[Transferred + "{direction=\"uploaded\"}"], content.Length, content.Length + 1000); // with the form around it
        Assert.Equal(content.Length, metrics[Transferred + "{direction=\"downloaded\"}"]);
        // The store counts what it keeps: without keys the same bytes.
        Assert.Equal(content.Length, metrics["chatbox_file_store_bytes_total{direction=\"written\"}"]);
        Assert.Equal(content.Length, metrics["chatbox_file_store_bytes_total{direction=\"read\"}"]);
        Assert.Equal(1, metrics["chatbox_file_store_seconds_count{operation=\"write\"}"]);
        Assert.Equal(1, metrics["chatbox_file_store_seconds_count{operation=\"read\"}"]);
        Assert.Equal(1, metrics["chatbox_file_store_works"]);
    }

    [Fact]
    public async Task Refusals_by_a_limit_are_counted_and_tell_the_limit()
    {
        var tooLarge = await Upload("alice", new byte[20 * 1024 + 1]);
        Assert.Equal((413, "A file may have at most 20 KB."), (tooLarge.Status, tooLarge.Json.Text("message")));
        var text = Encoding.ASCII.GetBytes(new string('x', 16 * 1024));
        Assert.Equal(200, (await Upload("alice", text)).Status);
        var overQuota = await Upload("alice", text);
        Assert.Equal((413, "QUOTA_EXCEEDED"), (overQuota.Status, overQuota.Code));
        Assert.StartsWith(
            "All your files together may have at most 30 KB, and this one does not fit any more.",
            overQuota.Json.Text("message"),
            StringComparison.Ordinal
        );

        var metrics = await MetricsPage.Read(_node.Http);

        Assert.Equal(1, metrics[Refusals + "{reason=\"size\"}"]);
        Assert.Equal(1, metrics[Refusals + "{reason=\"quota\"}"]);
    }

    private async Task<RestAnswer> Upload(string user, byte[] content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chatbox/upload") { Content = UploadHost.Form(content) };
        request.Headers.Authorization = UploadHost.Bearer(user);
        using var answer = await _node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }
}
