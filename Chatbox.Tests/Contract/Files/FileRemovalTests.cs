using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Records;
using Chatbox.Node.Stores.Index;
using Chatbox.Tests.Property.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Bytes that cannot be deleted, although the store works: an object that somebody holds, a folder with wrong rights.</summary>
public sealed class FileRemovalTests : IAsyncLifetime
{
    private static readonly UserId Alice = new("alice");

    private readonly MemoryFileStore _objects = new();
    private StubbornStore _store = null!;
    private UploadHost _host = null!;

    private FileLibrary Library => _host.Host.Services.GetRequiredService<FileLibrary>();

    public async Task InitializeAsync()
    {
        _store = new StubbornStore(_objects);
        _host = await UploadHost.Start(store: _store);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task File_whose_bytes_cannot_be_deleted_keeps_no_other_file()
    {
        // More than the cleaner takes in one step.
        for (var n = 0; n < 110; n++)
            _store.Stuck[(await Store()).Value] = true;
        _host.Clock.Advance(TimeSpan.FromDays(2));
        while ((await _host.Cleaning.RemoveUnused(default)).More) { }
        var good = await Store();
        _host.Clock.Advance(TimeSpan.FromDays(2));

        Assert.InRange((await _host.Cleaning.RemoveUnused(default)).Left, 1, 110);
        while ((await _host.Cleaning.RemoveUnused(default)).More) { } // ends, because those that are stuck are no reason to hurry
        Assert.DoesNotContain(FileKey.Content(good), _objects.Objects.Keys);

        // The last of those that were stuck goes too, wherever it stands in the queue.
        var freed = _store.Stuck.Keys.Last();
        _store.Stuck.Remove(freed, out _);
        for (var steps = 0; steps < 2; steps++)
        {
            _host.Clock.Advance(TimeSpan.FromMinutes(1));
            await _host.Cleaning.RemoveUnused(default);
        }

        Assert.DoesNotContain(FileKey.Content(new FileId(freed)), _objects.Objects.Keys);
        Assert.Equal(109, (await _host.Rows()).Count(row => row.State == FileRow.Removing));
    }

    [Fact]
    public async Task Store_that_is_away_is_asked_once()
    {
        for (var n = 0; n < 5; n++)
            await Store();
        _host.Clock.Advance(TimeSpan.FromDays(2));
        _store.IsAway = true;

        await Assert.ThrowsAsync<FileStoreUnavailableException>(() => _host.Cleaning.RemoveUnused(default));

        Assert.Equal(1, _store.Deletions);
    }

    [Fact]
    public async Task Erasure_removes_what_it_can_and_is_complete_only_without_the_rest()
    {
        var session = SessionId.New();
        FileId[] files = [await Store(), await Store(), await Store()];
        await Library.Claim(Alice, session, files, default);
        _store.Stuck[files[1].Value] = true;

        await Assert.ThrowsAsync<FileStoreUnavailableException>(() => Library.Release(session, default));
        Assert.Equal([FileKey.Content(files[1])], _objects.Objects.Keys);

        _store.Stuck.Clear();
        await Library.Release(session, default);
        Assert.Empty(_objects.Objects);
        Assert.Empty(await _host.Rows());
    }

    [Fact]
    public async Task Unsent_files_of_an_erased_user_are_removed_around_one_that_is_stuck()
    {
        FileId[] files = [await Store(), await Store()];
        _store.Stuck[files[0].Value] = true;

        await Assert.ThrowsAsync<FileStoreUnavailableException>(() => Library.ReleaseUnsent(Alice, default));

        Assert.Equal([FileKey.Content(files[0])], _objects.Objects.Keys);
    }

    [Fact]
    public async Task Comparison_of_the_store_goes_on_behind_an_object_that_is_stuck()
    {
        var (stuck, other) = (FileId.New(), FileId.New());
        foreach (var file in new[] { stuck, other })
            await _objects.Write(FileKey.Content(file), new MemoryStream([1]), default);
        _store.Stuck[stuck.Value] = true;

        var swept = await _host.Cleaning.Sweep(default);

        Assert.Equal((1, 1), (swept.Removed, swept.Left));
        Assert.Equal([FileKey.Content(stuck)], _objects.Objects.Keys);
    }

    private async Task<FileId> Store()
    {
        var (id, content) = (FileId.New(), Encoding.ASCII.GetBytes("content"));
        var file = new StoredFile(id, Alice, "a.txt", "text/plain", content.Length, null, _host.Clock.GetUtcNow());
        Assert.True(await Library.Store(file, new MemoryStream(content), null, long.MaxValue, default));
        return id;
    }
}
