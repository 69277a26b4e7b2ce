using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Chatbox.Tests.Contract.Files;
using Chatbox.Tests.Harness.Files;
using static Chatbox.Tests.Contract.Files.TusRequests;

namespace Chatbox.Tests.Integration.Files;

/// <summary>Files of a node whose store is S3, as clients upload, open and erase them.</summary>
[Collection(S3Collection.Name)]
public sealed class S3RouteTests(S3Buckets buckets)
{
    private const int Large = 20 * 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [FactRequiresCeph]
    public async Task Upload_of_unknown_length_is_in_the_bucket_and_read_in_ranges_until_its_session_is_erased()
    {
        using var bucket = await buckets.Make(keepsVersions: true);
        await using var node = await TestNode.Start(bucket.Settings);
        var content = Letters(Large);

        var uploaded = await Upload(node, content);

        Assert.Equal((200, Large), (uploaded.Status, uploaded.Json.GetProperty("size").GetInt32()));
        var file = uploaded.Json.Text("file_id")!;
        Assert.StartsWith($"content/{file} ", Assert.Single(await bucket.Everything()), StringComparison.Ordinal);
        var whole = await node.Http.GetByteArrayAsync(uploaded.Json.Text("file_url"));
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(whole));
        using (var request = new HttpRequestMessage(HttpMethod.Get, uploaded.Json.Text("file_url")))
        {
            // Over the boundary of two parts of the upload to the bucket.
            request.Headers.Range = new RangeHeaderValue(8 * 1024 * 1024 - 3, 8 * 1024 * 1024 + 3);
            using var range = await node.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.PartialContent, range.StatusCode);
            Assert.Equal(content[(8 * 1024 * 1024 - 3)..(8 * 1024 * 1024 + 4)], await range.Content.ReadAsByteArrayAsync());
        }

        var (session, _) = await node.Mention("alice", file);
        Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{session}", "alice")).Status);
        Assert.Empty(await bucket.Everything()); // no version either
    }

    [FactRequiresCeph]
    public async Task Clients_are_sent_to_the_bucket_for_this_file_and_no_other()
    {
        using var bucket = await buckets.Make();
        var settings = bucket.Settings;
        (settings["S3_DIRECT_DOWNLOADS"], settings["FILE_URL_LIFETIME"]) = ("true", "1m");
        await using var node = await TestNode.Start(settings);
        var (one, other) = (await Upload(node, Letters(1000)), await Upload(node, Letters(2000)));
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };

        using var sent = await browser.GetAsync(one.Json.Text("file_url"));

        Assert.Equal(HttpStatusCode.Found, sent.StatusCode);
        Assert.True(sent.Headers.CacheControl!.NoStore);
        var place = sent.Headers.Location!;
        Assert.StartsWith($"{bucket.Options.Endpoint}", place.AbsoluteUri, StringComparison.Ordinal);
        Assert.Matches("X-Amz-Expires=(5[0-9]|6[01])&", place.Query); // as FILE_URL_LIFETIME says
        using (var opened = await browser.GetAsync(place))
        {
            Assert.Equal(1000, (await opened.Content.ReadAsByteArrayAsync()).Length);
            Assert.StartsWith("text/plain", opened.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        }

        var (id, foreign) = (one.Json.Text("file_id")!, other.Json.Text("file_id")!);
        foreach (
            var wrong in new[]
            {
                place.AbsoluteUri.Replace(id, foreign, StringComparison.Ordinal),
                place.AbsoluteUri.Replace("X-Amz-Expires=", "X-Amz-Expires=9", StringComparison.Ordinal),
                place.GetLeftPart(UriPartial.Path),
            }
        )
        {
            using var refused = await browser.GetAsync(wrong);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        // Without the node's own signature nobody is sent anywhere.
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync($"/chatbox/files/{id}")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await browser.GetAsync(one.Json.Text("file_url")!.Replace(id, foreign, StringComparison.Ordinal))).StatusCode
        );
    }

    [FactRequiresCeph]
    public async Task Wrong_credentials_refuse_files_and_no_message()
    {
        using var bucket = await buckets.Make();
        var settings = bucket.Settings;
        settings["S3_SECRET_ACCESS_KEY"] = "wrong-secret";
        await using var node = await TestNode.Start(settings, untilReady: false);
        await Until(async () =>
            (await node.Http.Rest("GET", "/readyz", null)).Text.Contains("the file store refuses this node", StringComparison.Ordinal)
        );

        var refused = await Upload(node, Letters(1000));

        Assert.Equal((503, "SERVICE_UNAVAILABLE"), (refused.Status, refused.Code));
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        Assert.DoesNotContain("wrong-secret", refused.Text, StringComparison.Ordinal);
        await using var client = await node.Connect("alice");
        await client.Say("hello", "m1");
        var session = (await client.NextDone()).Text("session_id")!;
        await node.Http.RestUntil(
            $"/sessions/{session}",
            "alice",
            a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 2
        );
    }

    [FactRequiresCeph]
    public async Task Store_that_goes_away_in_the_middle_of_uploads_and_comes_back_loses_nothing_that_was_confirmed()
    {
        using var bucket = await buckets.Make();
        await using var node = await TestNode.Start(bucket.Settings);
        var server = await buckets.Server;
        var (confirmed, interrupted) = (Letters(Large), Letters(Large));
        var first = await Upload(node, confirmed);
        Assert.Equal(200, first.Status);
        // A resumable upload, half of which is confirmed, and a plain one, half of which is sent.
        var place = await Create(node.Http, "alice", Large);
        Assert.Equal(204, (await Patch(node.Http, place, 0, interrupted[..(Large / 2)])).Status);

        var cut = await Upload(node, interrupted, atHalf: server.StopGateway);

        Assert.Equal(503, cut.Status);
        Assert.Equal(503, (await Patch(node.Http, place, Large / 2, interrupted[(Large / 2)..])).Status);
        Assert.Equal(Large / 2, await OffsetOf(node.Http, place));
        var away = await node.Http.GetAsync(first.Json.Text("file_url"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);

        await server.StartGateway();
        await Until(async () => (await node.Http.GetAsync(first.Json.Text("file_url"))).StatusCode == HttpStatusCode.OK);
        await AssertContent(node, first.Json.Text("file_url")!, confirmed);
        var last = await Patch(node.Http, place, Large / 2, interrupted[(Large / 2)..]);
        Assert.Equal(204, last.Status);
        await AssertContent(node, last.Headers["Upload-File-Url"], interrupted);
        var again = await Upload(node, interrupted);
        await AssertContent(node, again.Json.Text("file_url")!, interrupted);
        var stored = (await bucket.Everything()).Where(found => !found.EndsWith(" (unfinished)", StringComparison.Ordinal));
        Assert.Equal(3, stored.Count()); // of the upload that was cut nothing is left
    }

    private static byte[] Letters(int length)
    {
        var letters = new byte[length];
        RandomNumberGenerator.Fill(letters);
        foreach (ref var letter in letters.AsSpan())
            letter = (byte)('a' + letter % 26);
        return letters;
    }

    private static async Task AssertContent(TestNode node, string address, byte[] content) =>
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await node.Http.GetByteArrayAsync(address)));

    /// <summary>Uploads a file whose length nobody tells.</summary>
    private static async Task<RestAnswer> Upload(TestNode node, byte[] content, Func<Task>? atHalf = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chatbox/upload")
        {
            Content = new MultipartFormDataContent { { new StreamContent(new UnknownLength(content, atHalf)), "file", "letters.txt" } },
        };
        request.Headers.Authorization = UploadHost.Bearer("alice");
        request.Headers.TransferEncodingChunked = true;
        using var answer = await node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (!await holds())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await pause.Next();
        }
    }
}
