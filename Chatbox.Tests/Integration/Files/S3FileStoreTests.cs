using System.Net;
using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Sealing;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using static Chatbox.Tests.Harness.Files.StoredBytes;

namespace Chatbox.Tests.Integration.Files;

/// <summary>Files in S3, on a server that we did not write and that verifies what it gets.</summary>
[Collection(S3Collection.Name)]
public sealed class S3FileStoreTests(S3Buckets buckets)
{
    private const int Large = 20 * 1024 * 1024;

    private static readonly FileKey Key = FileKey.Content(FileId.New());

    [FactRequiresCeph]
    public async Task Content_of_20_MB_of_unknown_length_is_read_whole_and_in_ranges()
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);
        var content = RandomNumberGenerator.GetBytes(Large + 7);

        await store.Write(Key, new UnknownLength(content), default);

        Assert.Equal(SHA256.HashData(content), SHA256.HashData((await Read(store, Key, 0, null))!));
        const int boundary = S3FileStore.PartBytes;
        Assert.Equal(content[(boundary - 5)..(boundary + 5)], await Read(store, Key, boundary - 5, 10));
        Assert.Equal(content[^3..], await Read(store, Key, content.Length - 3, 100));
        Assert.Empty((await Read(store, Key, content.Length, null))!);
        Assert.Empty((await Read(store, Key, 5, 0))!);
        Assert.Null(await Read(store, FileKey.Content(FileId.New()), 0, null));
        Assert.Null(await Read(store, FileKey.Content(FileId.New()), 0, 0));
        Assert.Equal([$"{Key}"], (await List(store, "")).Select(found => found.Key.Value));
        Assert.Equal(content.Length, (await List(store, "content/")).Single().Size);
        Assert.Empty(await List(store, "part/"));
    }

    [TheoryRequiresCeph]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(S3FileStore.PartBytes)]
    public async Task Content_of_any_length_is_one_object(int size)
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);
        var content = RandomNumberGenerator.GetBytes(size);

        await store.Write(Key, new UnknownLength(content), default);

        Assert.Equal(SHA256.HashData(content), SHA256.HashData((await Read(store, Key, 0, null))!));
        Assert.Single(await bucket.Everything());
    }

    [TheoryRequiresCeph]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Sender_who_vanishes_leaves_nothing_behind(int size)
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);

        await Assert.ThrowsAsync<EndOfStreamException>(() => store.Write(Key, new UnknownLength(new byte[size]) { IsCut = true }, default));

        Assert.Empty(await bucket.Everything());
    }

    [TheoryRequiresCeph]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Removed_object_leaves_no_byte_even_where_versions_are_kept(bool keepsVersions)
    {
        using var bucket = await buckets.Make(keepsVersions);
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);
        foreach (
            var content in (byte[][])
                [
                    [1],
                    [2, 2],
                ]
        )
            await store.Write(Key, new MemoryStream(content), default);
        var other = new FileKey($"{Key}0");
        await store.Write(other, new MemoryStream([3]), default);

        await store.Delete(Key, default);
        await store.Delete(Key, default);

        Assert.Null(await Read(store, Key, 0, null));
        Assert.StartsWith($"{other} ", Assert.Single(await bucket.Everything()), StringComparison.Ordinal);
    }

    [FactRequiresCeph]
    public async Task Sealed_content_is_read_in_ranges_and_nowhere_in_clear_text()
    {
        using var bucket = await buckets.Make();
        using var inner = new S3FileStore(bucket.Options, TimeProvider.System);
        var cipher = new AesContentCipher([new SealingKey("a", RandomNumberGenerator.GetBytes(32))], acceptsPlain: false);
        var store = new SealedFileStore(inner, cipher);
        var content = new byte[Large];
        content.AsSpan().Fill((byte)'x');

        await store.Write(Key, new UnknownLength(content), default);

        Assert.Equal(content[100..200_000], await Read(store, Key, 100, 199_900));
        Assert.Equal(content.Length, (await Read(store, Key, 0, null))!.Length);
        var raw = await Read(inner, (await List(inner, "sealed/")).Single().Key, 0, null);
        Assert.Equal(-1, raw.AsSpan().IndexOf(content.AsSpan(0, 16)));
        Assert.Null(await store.DirectAddress(FileOf(content), TimeSpan.FromMinutes(1), default));
        await store.Delete(Key, default);
        Assert.Empty(await bucket.Everything());
    }

    [FactRequiresCeph]
    public async Task Address_of_the_store_opens_this_file_until_it_expires_and_no_other()
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);
        var (file, other) = (FileOf([1, 2, 3]), FileOf([4]));
        foreach (var stored in (StoredFile[])[file, other])
            await store.Write(FileKey.Content(stored.Id), new MemoryStream(new byte[stored.Size]), default);
        using var http = new HttpClient();

        var address = (await store.DirectAddress(file, TimeSpan.FromMinutes(15), default))!;
        using (var answer = await http.GetAsync(address))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(3, (await answer.Content.ReadAsByteArrayAsync()).Length);
            Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
            Assert.Contains(
                "UTF-8''Z%C3%BCrich.png",
                answer.Content.Headers.GetValues("Content-Disposition").Single(),
                StringComparison.Ordinal
            );
        }

        using (var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Range", "bytes=1-1" } } })
        using (var range = await http.SendAsync(request))
            Assert.Equal(HttpStatusCode.PartialContent, range.StatusCode);

        foreach (
            var wrong in new[]
            {
                address.AbsoluteUri.Replace($"{file.Id}", $"{other.Id}", StringComparison.Ordinal),
                address.AbsoluteUri.Replace("inline", "attachment", StringComparison.Ordinal),
                address.GetLeftPart(UriPartial.Path),
            }
        )
        {
            using var answer = await http.GetAsync(wrong);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        var brief = await store.DirectAddress(file, TimeSpan.FromSeconds(1), default);
        using (var pause = new GrowingPause())
        using (var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30)))
            while ((await http.GetAsync(brief, deadline.Token)).StatusCode != HttpStatusCode.Forbidden)
                await pause.Next();

        using var internally = new S3FileStore(bucket.Options with { DirectDownloads = false }, TimeProvider.System);
        Assert.Null(await internally.DirectAddress(file, TimeSpan.FromMinutes(15), default));
    }

    [TheoryRequiresCeph]
    [InlineData("unknown", CephServer.SecretKey, "S3_ACCESS_KEY_ID")]
    [InlineData(CephServer.AccessKey, "wrong-secret", "S3_SECRET_ACCESS_KEY")]
    public async Task Wrong_credentials_are_a_refusal_that_names_the_setting(string id, string secret, string setting)
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options with { AccessKey = new S3AccessKey(id, secret) }, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(() => store.Check(default));

        Assert.True(failure.IsRefusal);
        Assert.Contains(setting, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, $"{failure}", StringComparison.Ordinal);
    }

    [FactRequiresCeph]
    public async Task Missing_bucket_is_a_refusal_and_no_missing_file()
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options with { Bucket = "nobodys" }, TimeProvider.System);

        foreach (var call in (Func<Task>[])[() => store.Check(default), () => store.OpenRead(Key, 0, null, default)])
        {
            var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(call);
            Assert.True(failure.IsRefusal);
            Assert.Contains("S3_BUCKET", failure.Message, StringComparison.Ordinal);
        }
    }

    [FactRequiresCeph]
    public async Task Only_so_many_writes_as_fit_in_memory_run_at_a_time_and_the_check_waits_for_none()
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);
        var (begun, end) = (new CountdownEvent(S3FileStore.MostWrites), new TaskCompletionSource());
        var began = 0;
        var writes = Enumerable
            .Range(0, S3FileStore.MostWrites + 4)
            .Select(n =>
                store.Write(
                    new FileKey($"{Key}{n}"),
                    new UnknownLength(
                        [(byte)n, 0],
                        () =>
                        {
                            if (Interlocked.Increment(ref began) <= S3FileStore.MostWrites)
                                begun.Signal();
                            return end.Task;
                        }
                    ),
                    default
                )
            )
            .ToList();
        Assert.True(await Task.Run(() => begun.Wait(TimeSpan.FromSeconds(30))));

        await store.Check(default);

        Assert.Equal(S3FileStore.MostWrites, Volatile.Read(ref began));
        end.SetResult();
        await Task.WhenAll(writes);
        Assert.Equal(S3FileStore.MostWrites + 4, (await List(store, "content/")).Count);
    }

    [FactRequiresCeph]
    public async Task Store_that_goes_away_in_the_middle_of_a_write_loses_nothing_that_was_confirmed()
    {
        using var bucket = await buckets.Make();
        using var store = new S3FileStore(bucket.Options, TimeProvider.System);
        var confirmed = RandomNumberGenerator.GetBytes(Large);
        await store.Write(Key, new MemoryStream(confirmed), default);
        var server = await buckets.Server;
        var interrupted = new FileKey($"{Key}0");
        var content = new UnknownLength(confirmed, server.StopGateway);

        var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(() => store.Write(interrupted, content, default));

        Assert.False(failure.IsRefusal);
        await Assert.ThrowsAsync<FileStoreUnavailableException>(() => store.OpenRead(Key, 0, null, default));
        await server.StartGateway();
        Assert.Equal(SHA256.HashData(confirmed), SHA256.HashData((await Read(store, Key, 0, null))!));
        Assert.Null(await Read(store, interrupted, 0, null));
        Assert.Contains($"{interrupted} (unfinished)", await bucket.Everything());

        await store.Write(interrupted, new UnknownLength(confirmed), default);
        Assert.Equal(SHA256.HashData(confirmed), SHA256.HashData((await Read(store, interrupted, 0, null))!));
        await store.RemoveUnfinished(TimeSpan.FromHours(1), default);
        Assert.Equal(3, (await bucket.Everything()).Count);
        await store.RemoveUnfinished(TimeSpan.FromHours(-1), default);
        Assert.Equal(2, (await bucket.Everything()).Count);
    }

    private static StoredFile FileOf(byte[] content) =>
        new(FileId.New(), new UserId("a"), "Zürich.png", "image/png", content.Length, null, DateTimeOffset.UnixEpoch);
}
