using System.Globalization;
using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Stores.Index;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Tests.Contract.Files.TusRequests;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Uploads that are resumed, by tus 1.0. Protocol section 7.</summary>
public sealed class TusTests
{
    private const int Seed = 20261127;
    private const int Cuts = 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Upload_cut_at_random_bytes_and_resumed_on_either_of_two_nodes_ends_with_the_right_hash()
    {
        await using var one = await UploadHost.Start();
        await using var two = await UploadHost.Start(beside: one);
        var random = new Random(Seed);
        var content = new byte[3_000_000];
        random.NextBytes(content);
        var place = await Create(one.Host.Client, "alice", content.Length);

        for (var cut = 0; cut < Cuts; cut++)
        {
            var host = cut % 2 == 0 ? one : two;
            var offset = await OffsetOf(host.Host.Client, place);
            var end = (int)Math.Min(offset + random.Next(1, 250_000), content.Length - 1);
            await SendAndBreak(host, place, offset, content.AsMemory((int)offset, end - (int)offset), content.Length - offset);
            // What an interrupted request has brought is stored only after the interruption.
            await Until(async () => await OffsetOf(host.Host.Client, place) == end);
        }

        var kept = await OffsetOf(one.Host.Client, place);
        Assert.InRange(kept, 1, content.Length - 1);
        var last = await Until(async () =>
        {
            var offset = await OffsetOf(two.Host.Client, place);
            return await Patch(two.Host.Client, place, offset, content[(int)offset..]) is { Status: 204 } done ? done : null;
        });

        Assert.Equal(content.Length.ToString(CultureInfo.InvariantCulture), last.Headers["Upload-Offset"]);
        var id = new FileId(place.Split('/')[^1]);
        Assert.Contains(id.Value, last.Headers["Upload-File-Url"], StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(one.Store.Objects[FileKey.Content(id)]));
        Assert.Equal([FileKey.Content(id)], one.Store.Objects.Keys);
        Assert.Equal(content.Length, await OffsetOf(one.Host.Client, place));
        Assert.Empty(one.Spooled);
    }

    [Fact]
    public async Task File_has_the_name_and_type_that_the_client_gave_and_belongs_to_its_sender()
    {
        await using var host = await UploadHost.Start();
        SpooledFile? judged = null;
        host.Judge.Verdict = file =>
        {
            judged = file;
            return new FileVerdict.Accepted("b.txt", "text/plain", file.Content, null, null);
        };
        var place = await Create(host.Host.Client, "alice", 3, "Größe 🙂.txt", "text/x-any");
        Assert.Equal(204, (await Patch(host.Host.Client, place, 0, [1, 2, 3])).Status);

        Assert.Equal(("Größe 🙂.txt", "text/x-any"), (judged!.Name, judged.ClaimedType));
        var row = Assert.Single(await host.Rows());
        Assert.Equal((place.Split('/')[^1], "alice", FileRow.Unsent, 3L), (row.FileId, row.UserId, row.State, row.Size));
        foreach (var method in new[] { "HEAD", "DELETE" })
            Assert.Equal(404, (await Send(host.Host.Client, method, place, "bob")).Status);
    }

    [Fact]
    public async Task Refused_file_is_refused_with_the_last_byte_and_leaves_nothing()
    {
        await using var host = await UploadHost.Start();
        host.Judge.Verdict = _ => new FileVerdict.Refused(FileFault.Active, "This file contains a script.");
        var place = await Create(host.Host.Client, "alice", 4);
        Assert.Equal(204, (await Patch(host.Host.Client, place, 0, [1, 2])).Status);

        var refused = await Patch(host.Host.Client, place, 2, [3, 4]);

        Assert.Equal((422, "FILE_REFUSED", "active"), (refused.Status, refused.Code, refused.Json.Text("reason")));
        Assert.Equal(404, (await Send(host.Host.Client, "HEAD", place, "alice")).Status);
        await host.AssertNothing();
    }

    [Fact]
    public async Task File_that_cannot_be_judged_now_leaves_its_last_byte_to_be_sent_again()
    {
        await using var host = await UploadHost.Start();
        var accept = host.Judge.Verdict;
        host.Judge.Verdict = _ => new FileVerdict.Undecided("Try again.");
        var place = await Create(host.Host.Client, "alice", 4);
        Assert.Equal(503, (await Patch(host.Host.Client, place, 0, [1, 2, 3, 4])).Status);
        Assert.Equal(3, await OffsetOf(host.Host.Client, place));

        host.Judge.Verdict = accept;
        Assert.Equal(204, (await Patch(host.Host.Client, place, 3, [4])).Status);
        Assert.Equal([1, 2, 3, 4], Assert.Single(host.Store.Objects).Value);
    }

    [Fact]
    public async Task Client_that_sends_the_last_byte_again_while_the_file_is_checked_gets_the_same_file_from_either_node()
    {
        await using var one = await UploadHost.Start();
        await using var two = await UploadHost.Start(beside: one);
        var checking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (judged, accept) = (0, one.Judge.Verdict);
        one.Judge.Until = checking.Task;
        foreach (var host in new[] { one, two })
            host.Judge.Verdict = file =>
            {
                Interlocked.Increment(ref judged);
                return accept(file);
            };
        var place = await Create(one.Host.Client, "alice", 4);
        var first = Patch(one.Host.Client, place, 0, [1, 2, 3, 4]);
        await Until(async () => await OffsetOf(two.Host.Client, place) == 3);

        var again = Patch(two.Host.Client, place, 3, [4]);
        // It waits, however often it looks.
        for (var looks = 0; looks < 3; looks++)
        {
            one.Clock.Advance(TimeSpan.FromSeconds(1));
            two.Clock.Advance(TimeSpan.FromSeconds(1));
            await OffsetOf(two.Host.Client, place);
        }

        Assert.False(again.IsCompleted);
        checking.SetResult();
        Assert.Equal((204, "4"), await first is var stored ? (stored.Status, stored.Headers["Upload-Offset"]) : default);
        var same = await Until(() =>
        {
            two.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(again.IsCompleted ? again : null);
        });
        Assert.Equal((204, "4"), await same is var seen ? (seen.Status, seen.Headers["Upload-Offset"]) : default);
        Assert.Contains(place.Split('/')[^1], (await same).Headers["Upload-File-Url"], StringComparison.Ordinal);
        Assert.Equal(1, judged);
        Assert.Equal([1, 2, 3, 4], Assert.Single(one.Store.Objects).Value);
        Assert.Equal(FileRow.Unsent, Assert.Single(await one.Rows()).State);
    }

    [Fact]
    public async Task Upload_of_a_node_that_died_while_it_checked_the_file_is_locked_for_half_a_minute()
    {
        await using var host = await UploadHost.Start();
        var place = await Create(host.Host.Client, "alice", 3);
        Assert.Equal(204, (await Patch(host.Host.Client, place, 0, [1, 2])).Status);
        var (uploads, now) = (host.Host.Services.GetRequiredService<IOpenUploads>(), host.Clock.GetUtcNow());
        Assert.True(await uploads.Take(new FileId(place.Split('/')[^1]), now, now, default));

        var early = Patch(host.Host.Client, place, 2, [3]);
        await Until(() =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(early.IsCompleted);
        });
        Assert.Equal((423, "LOCKED"), await early is var locked ? (locked.Status, locked.Code!) : default);
        Assert.True(int.Parse((await early).Headers["Retry-After"], CultureInfo.InvariantCulture) > 0);

        host.Clock.Advance(FinishingTurn.Lease);
        Assert.Equal(204, (await Patch(host.Host.Client, place, 2, [3])).Status);
        Assert.Equal([1, 2, 3], Assert.Single(host.Store.Objects).Value);
    }

    [Fact]
    public async Task Bytes_with_a_wrong_checksum_are_not_kept()
    {
        await using var host = await UploadHost.Start();
        var place = await Create(host.Host.Client, "alice", 6);
        byte[] bytes = [1, 2, 3];
        Assert.Equal(400, (await Patch(host.Host.Client, place, 0, bytes, "md5 AAAA")).Status);
        Assert.Equal(460, (await Patch(host.Host.Client, place, 0, bytes, $"sha1 {Convert.ToBase64String(Sha1([1, 2, 4]))}")).Status);
        Assert.Equal(0, await OffsetOf(host.Host.Client, place));

        Assert.Equal(204, (await Patch(host.Host.Client, place, 0, bytes, $"sha1 {Convert.ToBase64String(Sha1(bytes))}")).Status);
        Assert.Equal(
            204,
            (await Patch(host.Host.Client, place, 3, bytes, $"sha256 {Convert.ToBase64String(SHA256.HashData(bytes))}")).Status
        );
        Assert.Equal([1, 2, 3, 1, 2, 3], Assert.Single(host.Store.Objects).Value);
    }

    [Fact]
    public async Task Bytes_of_another_place_are_a_conflict_and_too_many_are_refused()
    {
        await using var host = await UploadHost.Start();
        var place = await Create(host.Host.Client, "alice", 4);
        Assert.Equal(204, (await Patch(host.Host.Client, place, 0, [1, 2])).Status);

        Assert.Equal(
            (409, "CONFLICT"),
            await Patch(host.Host.Client, place, 0, [1, 2]) is var again ? (again.Status, again.Code!) : default
        );
        Assert.Equal(413, (await Patch(host.Host.Client, place, 2, [3, 4, 5])).Status);
        Assert.Equal(2, await OffsetOf(host.Host.Client, place));
    }

    [Fact]
    public async Task Ended_and_expired_uploads_leave_nothing()
    {
        await using var host = await UploadHost.Start();
        var (ended, expired) = (await Create(host.Host.Client, "alice", 100), await Create(host.Host.Client, "alice", 100));
        foreach (var place in new[] { ended, expired })
            Assert.Equal(204, (await Patch(host.Host.Client, place, 0, new byte[50])).Status);
        Assert.Equal(2, host.Store.Objects.Count);

        Assert.Equal(204, (await Send(host.Host.Client, "DELETE", ended, "alice")).Status);
        Assert.Equal(404, (await Send(host.Host.Client, "HEAD", ended, "alice")).Status);
        Assert.Single(host.Store.Objects);

        var until = DateTimeOffset.Parse(
            (await Send(host.Host.Client, "HEAD", expired, "alice")).Headers["Upload-Expires"],
            CultureInfo.InvariantCulture
        );
        host.Clock.SetUtcNow(until + TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await Send(host.Host.Client, "HEAD", expired, "alice")).Status);
        while ((await host.Cleaning.RemoveUnused(default)).More) { }
        await host.AssertNothing();
    }

    [Fact]
    public async Task Begun_uploads_count_in_the_quota_and_in_the_greatest_size()
    {
        await using var host = await UploadHost.Start(options => options with { MaxSize = 80, Quota = 100 });
        Assert.Equal(413, (await Begin(host.Host.Client, "alice", 81)).Status);
        Assert.Equal(422, (await Begin(host.Host.Client, "alice", 0)).Status);
        Assert.Equal(201, (await Begin(host.Host.Client, "alice", 80)).Status);
        Assert.Equal("QUOTA_EXCEEDED", (await Begin(host.Host.Client, "alice", 30)).Code);
        Assert.Equal(201, (await Begin(host.Host.Client, "bob", 30)).Status);
    }

    [Fact]
    public async Task Server_says_what_it_can_do_and_refuses_other_versions()
    {
        await using var host = await UploadHost.Start();
        var able = await Send(host.Host.Client, "OPTIONS", "/chatbox/uploads", null);
        Assert.Equal((204, "1.0.0"), (able.Status, able.Headers["Tus-Version"]));
        Assert.Equal("creation,expiration,checksum,termination", able.Headers["Tus-Extension"]);

        var other = await Send(host.Host.Client, "POST", "/chatbox/uploads", "alice", request => request.Headers.Remove("Tus-Resumable"));
        Assert.Equal((412, "1.0.0"), (other.Status, other.Headers["Tus-Version"]));
        Assert.Equal(401, (await Send(host.Host.Client, "POST", "/chatbox/uploads", null)).Status);
    }

    /// <summary>Sends some of the bytes that it announces, and closes the connection.</summary>
    private static async Task SendAndBreak(UploadHost host, string place, long offset, ReadOnlyMemory<byte> bytes, long announced)
    {
        var head =
            $"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestNode.Token("alice")}\r\nTus-Resumable: 1.0.0\r\n"
            + $"Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {announced}\r\n\r\n";
        var before = host.Taken;
        using var raw = await RawClient.Send(host.Host.Address, head);
        await raw.Send(bytes);
        await Until(() => Task.FromResult(host.Taken - before == bytes.Length));
    }

    private static Task Until(Func<Task<bool>> condition) => Until(async () => await condition() ? new object() : null);

    private static async Task<T> Until<T>(Func<Task<T?>> attempt)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await attempt() is { } answer)
                return answer;
            await pause.WaitForNextTickAsync(deadline.Token);
        }
    }

    // The protocol requires SHA-1 of a server with checksums.
    private static byte[] Sha1(byte[] bytes) => CryptographicOperations.HashData(HashAlgorithmName.SHA1, bytes);
}
