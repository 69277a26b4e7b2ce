using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Files;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What every store promises of the records of files.</summary>
[Collection(IndexCollection.Name)]
public sealed class FileRecordTests(IndexStores stores)
{
    private const long Plenty = 1_000_000;
    private static readonly UserId Bob = new("bob");

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Complete_file_is_found_with_everything_known_about_it(IndexStore store)
    {
        var index = await stores.Open(store);
        var photo = NewFile(Alice, 70) with { Name = "Größe 🙂.png", MimeType = "image/png", Image = new ImageSize(640, 480) };
        var text = NewFile(Alice, 30);
        foreach (var file in new[] { photo, text })
            Assert.True(await index.Files.Begin(file, Plenty, default));
        Assert.Empty(await index.Files.Find([photo.Id, text.Id], default));

        Assert.True(await index.Files.Complete(text.Id, 30, Noon.AddMinutes(1), default));
        Assert.True(await index.Files.Complete(photo.Id, 70, Noon.AddMinutes(2), default));

        Assert.Equal(
            [photo with { StoredAt = Noon.AddMinutes(2) }, text with { StoredAt = Noon.AddMinutes(1) }],
            await index.Files.Find([photo.Id, FileId.New(), text.Id], default)
        );
        Assert.False(await index.Files.Complete(text.Id, 30, Noon, default));
        Assert.Equal((100, 0), (await index.Files.Used(Alice, default), await index.Files.Used(Bob, default)));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Uploads_at_once_cannot_pass_the_quota_together(IndexStore store)
    {
        var index = await stores.Open(store);

        var begun = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Task.Run(() => index.Files.Begin(NewFile(Alice, 100), quota: 350, default)))
        );

        Assert.Equal(3, begun.Count(isRoom => isRoom));
        Assert.Equal(300, await index.Files.Used(Alice, default));
        Assert.True(await index.Files.Begin(NewFile(Alice, 50), quota: 350, default));
        Assert.False(await index.Files.Begin(NewFile(Alice, 1), quota: 350, default));
        Assert.True(await index.Files.Begin(NewFile(Bob, 350), quota: 350, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task File_that_is_being_written_has_one_record(IndexStore store)
    {
        var index = await stores.Open(store);
        var file = NewFile(Alice, 10);
        await index.Files.Begin(file, Plenty, default);

        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Files.Begin(file, Plenty, default));

        Assert.Equal(10, await index.Files.Used(Alice, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Only_the_owner_claims_complete_files_and_all_of_them_or_none(IndexStore store)
    {
        var index = await stores.Open(store);
        var (first, second, foreign) = (await Stored(index, Alice), await Stored(index, Alice), await Stored(index, Bob));
        var writing = NewFile(Alice, 1);
        await index.Files.Begin(writing, Plenty, default);
        var session = SessionId.New();

        foreach (var absent in new[] { foreign, writing.Id, FileId.New() })
        {
            var refused = await index.Files.Claim(Alice, session, [first, absent], Noon, default);
            Assert.Equal(absent, Assert.IsType<FileClaim.Absent>(refused).File);
            Assert.Empty(await index.Files.SessionsOf(first, 10, default));
        }

        var claimed = Assert.IsType<FileClaim.Claimed>(await index.Files.Claim(Alice, session, [second, first], Noon, default));
        Assert.Equal([second, first], claimed.Files.Select(file => file.Id));
        Assert.IsType<FileClaim.Claimed>(await index.Files.Claim(Alice, session, [second, first], Noon, default));
        Assert.Equal([session], await index.Files.SessionsOf(second, 10, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task File_goes_with_the_last_session_that_mentions_it(IndexStore store)
    {
        var index = await stores.Open(store);
        var (alone, shared) = (await Stored(index, Alice), await Stored(index, Alice));
        var (one, two) = (SessionId.New(), SessionId.New());
        await index.Files.Claim(Alice, one, [alone, shared], Noon, default);
        await index.Files.Claim(Alice, two, [shared], Noon, default);

        Assert.Equal([alone], (await index.FileRemovals.Release(one, null, 10, default)).Files);
        Assert.Empty(await index.Files.Find([alone], default));
        Assert.Empty(await index.Files.SessionsOf(alone, 10, default));
        Assert.IsType<FileClaim.Absent>(await index.Files.Claim(Alice, two, [alone], Noon, default));
        Assert.Single(await index.Files.Find([shared], default));

        // Killed before the bytes were deleted: the next try finds the file again.
        Assert.Equal([alone], (await index.FileRemovals.Release(one, null, 10, default)).Files);
        await index.FileRemovals.Forget(alone, default);
        Assert.Empty((await index.FileRemovals.Release(one, null, 10, default)).Files);
        Assert.Empty(await index.FileRemovals.Known([alone], default));

        Assert.Equal([shared], (await index.FileRemovals.Release(two, null, 10, default)).Files);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Erased_session_claims_nothing_any_more(IndexStore store)
    {
        var index = await stores.Open(store);
        var (released, erased, file) = (SessionId.New(), Session(), await Stored(index, Alice));
        await index.FileRemovals.Close(released, default);
        await index.FileRemovals.Close(released, default);
        await index.Apply(erased.At(1));
        await index.Index.Erase(erased.SessionId, default);

        foreach (var session in new[] { released, erased.SessionId })
            Assert.Equal(file, Assert.IsType<FileClaim.Absent>(await index.Files.Claim(Alice, session, [file], Noon, default)).File);
        Assert.IsType<FileClaim.Claimed>(await index.Files.Claim(Alice, SessionId.New(), [file], Noon, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Release_of_many_mentions_goes_in_steps(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = SessionId.New();
        var files = new HashSet<FileId>();
        for (var n = 0; n < 7; n++)
            files.Add(await Stored(index, Alice));
        await index.Files.Claim(Alice, session, [.. files], Noon, default);

        var steps = 0;
        for (var more = true; more; steps++)
        {
            var step = await index.FileRemovals.Release(session, null, 3, default);
            foreach (var file in step.Files)
            {
                Assert.True(files.Remove(file));
                await index.FileRemovals.Forget(file, default);
            }

            more = step.More;
        }

        Assert.Equal((0, 3), (files.Count, steps));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Unused_files_are_those_given_up_those_never_sent_and_those_half_removed(IndexStore store)
    {
        var index = await stores.Open(store);
        var writing = NewFile(Alice, 5);
        await index.Files.Begin(writing, Plenty, default);
        var (unsent, sent, marked) = (await Stored(index, Alice), await Stored(index, Alice), await Stored(index, Alice));
        await index.Files.Claim(Alice, SessionId.New(), [sent], Noon, default);
        Assert.True(await index.FileRemovals.Mark(marked, evenIfMentioned: false, default));
        Assert.False(await index.FileRemovals.Mark(sent, evenIfMentioned: false, default));

        Assert.Equal([marked], await index.FileRemovals.MarkUnused(Noon, Noon, Noon, 10, default));
        Assert.Equal(
            [writing.Id, marked],
            Sorted(await index.FileRemovals.MarkUnused(Noon, Noon.AddSeconds(1), Noon, 10, default), writing.Id, marked)
        );
        Assert.False(await index.Files.Complete(writing.Id, 5, Noon, default));
        Assert.Equal(
            [writing.Id, marked, unsent],
            Sorted(await index.FileRemovals.MarkUnused(Noon, Noon, Noon.AddSeconds(1), 10, default), writing.Id, marked, unsent)
        );
        Assert.Single(await index.FileRemovals.MarkUnused(Noon, Noon, Noon, 1, default));

        await index.FileRemovals.Forget(sent, default);
        Assert.Single(await index.Files.Find([sent], default));
        Assert.True(await index.FileRemovals.Mark(sent, evenIfMentioned: true, default));
        await index.FileRemovals.Forget(sent, default);
        Assert.Empty(await index.FileRemovals.Known([sent], default));

        static FileId[] Sorted(IReadOnlyList<FileId> found, params FileId[] order) => [.. found.OrderBy(id => Array.IndexOf(order, id))];
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Operators_see_every_record_in_pages_and_with_its_state(IndexStore store)
    {
        var index = await stores.Open(store);
        var writing = NewFile(Alice, 5);
        await index.Files.Begin(writing, Plenty, default);
        var (unsent, sent, marked) = (await Stored(index, Alice), await Stored(index, Alice), await Stored(index, Alice));
        await index.Files.Claim(Alice, SessionId.New(), [sent], Noon, default);
        await index.FileRemovals.Mark(marked, evenIfMentioned: false, default);

        var seen = new List<FileRecord>();
        FileId? last = null;
        while (await index.FileInventory.List(last, 3, default) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 3);
            seen.AddRange(page);
            last = page[^1].Id;
        }

        Assert.Equal(seen.OrderBy(record => record.Id.Value, StringComparer.Ordinal), seen);
        Assert.Equal(
            new Dictionary<FileId, FileState>
            {
                [writing.Id] = FileState.Writing,
                [unsent] = FileState.Unsent,
                [sent] = FileState.Mentioned,
                [marked] = FileState.Removing,
            },
            seen.ToDictionary(record => record.Id, record => record.State)
        );
        Assert.Equal(new FileRecord(sent, Alice, FileState.Mentioned, Noon), await index.FileInventory.Find(sent, default));
        Assert.Null(await index.FileInventory.Find(FileId.New(), default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task File_whose_removal_was_tried_is_behind_the_others(IndexStore store)
    {
        var index = await stores.Open(store);
        var (first, second) = (await Stored(index, Alice), await Stored(index, Alice));
        foreach (var file in new[] { first, second })
            await index.FileRemovals.Mark(file, evenIfMentioned: false, default);
        var tried = Assert.Single(await index.FileRemovals.MarkUnused(Noon.AddHours(1), Noon, Noon, 1, default));

        var next = Assert.Single(await index.FileRemovals.MarkUnused(Noon.AddHours(2), Noon, Noon, 1, default));

        Assert.Equal(new[] { first, second }.ToHashSet(), new[] { tried, next }.ToHashSet());
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Unsent_files_of_one_user_are_marked_and_nobody_elses(IndexStore store)
    {
        var index = await stores.Open(store);
        var (unsent, sent, others) = (await Stored(index, Alice), await Stored(index, Alice), await Stored(index, Bob));
        await index.Files.Claim(Alice, SessionId.New(), [sent], Noon, default);

        Assert.Equal([unsent], await index.FileRemovals.MarkUnsent(Alice, 10, default));
        Assert.Equal([unsent], await index.FileRemovals.MarkUnsent(Alice, 10, default));
        Assert.Equal(2, (await index.Files.Find([sent, others], default)).Count);
        Assert.Equal(10, await index.Files.Used(Alice, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Claim_for_a_session_that_the_index_lacks_is_doubtful_until_it_is_settled(IndexStore store)
    {
        var index = await stores.Open(store);
        var (known, late, never) = (Session(), SessionId.New(), SessionId.New());
        var file = await Stored(index, Alice);
        foreach (var session in new[] { known.SessionId, late, never })
            await index.Files.Claim(Alice, session, [file], Noon, default);
        await index.Apply(known.At(1));

        Assert.Empty(await index.FileRemovals.Doubtful(Noon, 10, default));
        var doubtful = await index.FileRemovals.Doubtful(Noon.AddSeconds(1), 10, default);
        Assert.Equal(new[] { late, never }.ToHashSet(), doubtful.Select(d => d.Session).ToHashSet());
        Assert.All(doubtful, d => Assert.Equal(Alice, d.Owner));

        await index.FileRemovals.Confirm(late, default);
        Assert.Equal([never], (await index.FileRemovals.Doubtful(Noon.AddSeconds(1), 10, default)).Select(d => d.Session));

        // The session comes to be after all: its new claim is not dropped.
        await index.Files.Claim(Alice, never, [file], Noon.AddDays(1), default);
        await index.FileRemovals.Release(never, Noon.AddSeconds(1), 10, default);
        Assert.Equal(3, (await index.Files.SessionsOf(file, 10, default)).Count);
        await index.FileRemovals.Release(never, Noon.AddDays(2), 10, default);
        Assert.Equal(2, (await index.Files.SessionsOf(file, 10, default)).Count);
    }

    // A release that knows no files erases sessions without releasing their files.
    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Erased_session_that_still_mentions_files_is_found(IndexStore store)
    {
        var index = await stores.Open(store);
        var (erased, living) = (Session(), Session());
        await index.Apply(erased.At(1), living.At(1));
        foreach (var session in new[] { erased, living })
            await index.Files.Claim(Alice, session.SessionId, [await Stored(index, Alice)], Noon, default);
        Assert.Empty(await index.FileRemovals.ErasedWithFiles(10, default));

        await index.Index.Erase(erased.SessionId, default);
        Assert.Equal([erased.SessionId], await index.FileRemovals.ErasedWithFiles(10, default));
    }

    private static StoredFile NewFile(UserId owner, long size) => new(FileId.New(), owner, "notes.txt", "text/plain", size, null, Noon);

    private static async Task<FileId> Stored(TestIndex index, UserId owner)
    {
        var file = NewFile(owner, 10);
        Assert.True(await index.Files.Begin(file, Plenty, default));
        Assert.True(await index.Files.Complete(file.Id, 10, Noon, default));
        return file.Id;
    }
}
