using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What every store promises of uploads in several requests.</summary>
[Collection(IndexCollection.Name)]
public sealed class OpenUploadTests(IndexStores stores)
{
    private const long Plenty = 1_000_000;
    private static readonly UserId Bob = new("bob");

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Upload_grows_part_by_part_and_becomes_complete(IndexStore store)
    {
        var index = await stores.Open(store);
        var upload = Begun(30) with { Name = "Größe 🙂\n.txt" };
        Assert.True(await index.Uploads.Create(upload, Plenty, default));
        UploadPart[] parts = [new(FileId.New(), 0, 10), new(FileId.New(), 10, 19)];
        foreach (var part in parts)
            Assert.True(await index.Uploads.Append(upload.Id, part, Noon.AddMinutes(1), default));

        Assert.Equal(upload with { Received = 29, ChangedAt = Noon.AddMinutes(1) }, await index.Uploads.Find(Alice, upload.Id, default));
        Assert.Equal(parts, await index.Uploads.Parts(upload.Id, default));
        Assert.Null(await index.Uploads.Find(Bob, upload.Id, default));

        await index.Uploads.Complete(upload.Id, Noon.AddMinutes(2), default);
        Assert.True((await index.Uploads.Find(Alice, upload.Id, default))!.IsComplete);
        Assert.False(await index.Uploads.Append(upload.Id, new UploadPart(FileId.New(), 30, 1), Noon, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Of_requests_that_send_the_same_bytes_at_once_one_is_kept(IndexStore store)
    {
        var index = await stores.Open(store);
        var upload = Begun(100);
        await index.Uploads.Create(upload, Plenty, default);

        var kept = await Task.WhenAll(
            Enumerable
                .Range(1, 8)
                .Select(n => Task.Run(() => index.Uploads.Append(upload.Id, new UploadPart(FileId.New(), 0, n), Noon, default)))
        );

        Assert.Single(kept, isKept => isKept);
        var part = Assert.Single(await index.Uploads.Parts(upload.Id, default));
        Assert.Equal(part.Length, (await index.Uploads.Find(Alice, upload.Id, default))!.Received);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Begun_uploads_and_files_share_the_quota(IndexStore store)
    {
        var index = await stores.Open(store);
        await index.Files.Begin(new StoredFile(FileId.New(), Alice, "a", "text/plain", 40, null, Noon), 100, default);
        var begun = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => index.Uploads.Create(Begun(25), 100, default))));

        Assert.Equal(2, begun.Count(isBegun => isBegun));
        Assert.True(await index.Uploads.Create(Begun(100) with { Owner = Bob }, 100, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Expired_and_closed_uploads_are_found_until_they_are_removed(IndexStore store)
    {
        var index = await stores.Open(store);
        var (old, recent, closed) = (
            Begun(10),
            Begun(10) with
            {
                ChangedAt = Noon.AddHours(1),
            },
            Begun(10) with
            {
                ChangedAt = Noon.AddHours(1),
            }
        );
        foreach (var upload in new[] { old, recent, closed })
            await index.Uploads.Create(upload, Plenty, default);
        var part = new UploadPart(FileId.New(), 0, 5);
        await index.Uploads.Append(recent.Id, part, Noon.AddHours(1), default);
        await index.Uploads.Close(closed.Id, Noon.AddHours(2), default);

        Assert.Null(await index.Uploads.Find(Alice, closed.Id, default));
        Assert.False(await index.Uploads.Append(closed.Id, part with { Id = FileId.New() }, Noon, default));
        Assert.Equal(new[] { old.Id, closed.Id }.ToHashSet(), (await index.Uploads.Expired(Noon.AddSeconds(1), 10, default)).ToHashSet());
        Assert.Equal(3, (await index.Uploads.OfOwner(Alice, 10, default)).Count);
        Assert.Equal([part.Id], await index.Uploads.KnownParts([part.Id, FileId.New()], default));

        await index.Uploads.RemovePart(part.Id, default);
        await index.Uploads.Remove(recent.Id, default);
        Assert.Empty(await index.Uploads.KnownParts([part.Id], default));
        Assert.Null(await index.Uploads.Find(Alice, recent.Id, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task One_request_at_a_time_makes_a_file_of_an_upload(IndexStore store)
    {
        var index = await stores.Open(store);
        var upload = Begun(3);
        await index.Uploads.Create(upload, Plenty, default);
        var (early, later, much) = (Noon.AddSeconds(1), Noon.AddSeconds(2), Noon.AddMinutes(1));
        Assert.False(await index.Uploads.Take(upload.Id, Noon, early, default)); // not all bytes have come
        await index.Uploads.Append(upload.Id, new UploadPart(FileId.New(), 0, 2), Noon, default);

        var takers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => index.Uploads.Take(upload.Id, Noon, early, default)));
        Assert.Single(await Task.WhenAll(takers), taken => taken);
        Assert.False(await index.Uploads.Append(upload.Id, new UploadPart(FileId.New(), 2, 1), early, default));
        Assert.False(await index.Uploads.Create(Begun(Plenty), Plenty, default)); // still counts in the quota
        Assert.Equal(2, (await index.Uploads.Find(Alice, upload.Id, default))!.Received);

        Assert.True(await index.Uploads.Renew(upload.Id, early, later, default));
        Assert.False(await index.Uploads.Renew(upload.Id, early, later, default));
        Assert.False(await index.Uploads.Take(upload.Id, later, much, default));
        Assert.True(await index.Uploads.Take(upload.Id, later.AddTicks(1), much, default)); // the other one did not renew it
        await index.Uploads.GiveBack(upload.Id, later, default);
        Assert.False(await index.Uploads.Take(upload.Id, later, much, default));
        await index.Uploads.GiveBack(upload.Id, much, default);
        Assert.True(await index.Uploads.Take(upload.Id, later, much, default));

        await index.Uploads.Complete(upload.Id, much, default);
        await index.Uploads.GiveBack(upload.Id, much, default);
        Assert.True((await index.Uploads.Find(Alice, upload.Id, default))!.IsComplete);
        Assert.False(await index.Uploads.Take(upload.Id, much.AddDays(1), much, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Upload_whose_removal_was_tried_is_behind_the_others(IndexStore store)
    {
        var index = await stores.Open(store);
        var (first, second) = (Begun(1), Begun(1) with { ChangedAt = Noon.AddSeconds(1) });
        foreach (var upload in new[] { first, second })
            await index.Uploads.Create(upload, Plenty, default);
        Assert.Equal([first.Id], await index.Uploads.Expired(Noon.AddHours(1), 1, default));

        await index.Uploads.Close(first.Id, Noon.AddHours(2), default);

        Assert.Equal([second.Id], await index.Uploads.Expired(Noon.AddHours(1), 1, default));
        Assert.Equal([second.Id, first.Id], await index.Uploads.Expired(Noon.AddHours(1), 2, default));
    }

    private static OpenUpload Begun(long length) => new(FileId.New(), Alice, "notes.txt", "text/plain", length, 0, Noon);
}
