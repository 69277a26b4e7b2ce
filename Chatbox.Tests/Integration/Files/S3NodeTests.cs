using Chatbox.Actors.Files;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Integration.Files;

/// <summary>A node whose files are in S3: what its readiness says, and what its settings lead to.</summary>
[Collection(S3Collection.Name)]
public sealed class S3NodeTests(S3Buckets buckets)
{
    private const string Keys = "a:hex:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [FactRequiresCeph]
    public async Task Wrong_credentials_keep_the_node_unready_with_the_reason_and_without_the_key()
    {
        using var bucket = await buckets.Make();
        var settings = bucket.Settings;
        settings["S3_SECRET_ACCESS_KEY"] = "wrong-secret";
        await using var node = await TestNode.Start(settings, untilReady: false);

        var answer = await Until(node, answer => answer.Text.Contains("the file store refuses this node", StringComparison.Ordinal));

        Assert.Equal(503, answer.Status);
        Assert.DoesNotContain("wrong-secret", answer.Text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileStoreUnavailableException>(() =>
            node.Services.GetRequiredService<IFileStore>().Write(FileKey.Content(FileId.New()), new MemoryStream([1]), default)
        );
    }

    [FactRequiresCeph]
    public async Task Store_that_goes_away_leaves_the_node_ready_with_a_reason_until_it_is_back()
    {
        using var bucket = await buckets.Make();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var node = await TestNode.Start(bucket.Settings, clock: clock);
        var server = await buckets.Server;

        await server.StopGateway();
        try
        {
            var away = await Until(node, answer => answer.Text.Contains("files cannot be stored", StringComparison.Ordinal), clock);
            Assert.Equal(200, away.Status);
        }
        finally
        {
            await server.StartGateway();
        }

        await Until(node, answer => answer.Text.Contains("\"storage\":{\"status\":\"ready\"}", StringComparison.Ordinal), clock);
        Assert.Empty(await bucket.Everything());
    }

    [FactRequiresCeph]
    public async Task Content_key_seals_files_before_they_leave_the_node()
    {
        using var bucket = await buckets.Make();
        var settings = bucket.Settings;
        settings["ENCRYPTION_KEYS"] = Keys;
        settings["S3_DIRECT_DOWNLOADS"] = "true";
        await using var node = await TestNode.Start(settings);
        var store = node.Services.GetRequiredService<IFileStore>();
        var key = FileKey.Content(FileId.New());

        await store.Write(key, new MemoryStream("plantedfile"u8.ToArray()), default);

        Assert.StartsWith($"sealed/{key} ", Assert.Single(await bucket.Everything()), StringComparison.Ordinal);
        using var stored = await bucket.Client.GetObjectAsync(bucket.Options.Bucket, $"sealed/{key}");
        using var bytes = new MemoryStream();
        await stored.ResponseStream.CopyToAsync(bytes);
        Assert.Empty(StoredFiles.FoundIn([bytes.ToArray()], ["plantedfile"]));
        await using var content = await store.OpenRead(key, 7, 4, default);
        using var reader = new StreamReader(content!);
        Assert.Equal("file", await reader.ReadToEndAsync());
        await store.Delete(key, default);
        Assert.Empty(await bucket.Everything());
    }

    // A check is due within half a minute, which passes a second at a time with a clock of the test's.
    private static async Task<RestAnswer> Until(TestNode node, Func<RestAnswer, bool> expected, FakeTimeProvider? clock = null)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (true)
        {
            var answer = await node.Http.Rest("GET", "/readyz", null);
            if (expected(answer))
                return answer;
            Assert.False(deadline.IsCancellationRequested, $"It stays: {answer.Text}");
            clock?.Advance(TimeSpan.FromSeconds(1));
            await pause.Next();
        }
    }
}
