using System.Diagnostics;
using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Store;
using Chatbox.Tests.Harness.Files;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Tests.Harness.Files.StoredBytes;

namespace Chatbox.Tests.Unit.Files;

public sealed class LocalFileStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-files-").FullName;
    private readonly FileKey _key = FileKey.Content(FileId.New());
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly LocalFileStore _store;

    public LocalFileStoreTests() => _store = new LocalFileStore(_folder, _clock);

    private string Incoming => Path.Combine(_folder, "incoming");

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Object_is_read_whole_and_in_ranges_after_a_restart()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await _store.Write(_key, new MemoryStream(bytes), default);
        var restarted = new LocalFileStore(_folder, _clock);

        Assert.Equal(bytes, await Read(restarted, _key, 0, null));
        Assert.Equal(bytes[1000..201_000], await Read(restarted, _key, 1000, 200_000));
        Assert.Equal(bytes[299_990..], await Read(restarted, _key, 299_990, 100));
        Assert.Empty((await Read(restarted, _key, 300_000, null))!);
    }

    [Fact]
    public async Task Sender_that_vanishes_leaves_nothing_and_the_earlier_object_stays()
    {
        await _store.Write(_key, new MemoryStream([1, 2, 3]), default);

        await Assert.ThrowsAsync<EndOfStreamException>(() => _store.Write(_key, new CutStream(), default));

        Assert.Equal([1, 2, 3], await Read(_store, _key, 0, null));
        Assert.Empty(Directory.GetFiles(Incoming));
    }

    [Fact]
    public async Task Remains_of_a_killed_node_are_removed_once_they_are_old_but_not_what_is_being_written()
    {
        await File.WriteAllTextAsync(Path.Combine(Incoming, "left"), "half");
        await using var written = new FileStream(Path.Combine(Incoming, "open"), FileMode.CreateNew, FileAccess.Write, FileShare.None);

        await _store.RemoveUnfinished(TimeSpan.FromHours(1), default);
        Assert.Equal(2, Directory.GetFiles(Incoming).Length);

        _clock.Advance(TimeSpan.FromHours(2));
        await _store.RemoveUnfinished(TimeSpan.FromHours(1), default);
        Assert.Equal(["open"], Directory.GetFiles(Incoming).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Removed_object_is_gone_and_removing_it_again_is_no_error()
    {
        await _store.Write(_key, new MemoryStream([1]), default);

        await _store.Delete(_key, default);
        await _store.Delete(_key, default);

        Assert.Null(await Read(_store, _key, 0, null));
        Assert.Empty(await List(""));
    }

    [Fact]
    public async Task List_has_the_objects_below_a_prefix()
    {
        var upload = FileId.New();
        FileKey[] parts = [FileKey.Part(upload, 0), FileKey.Part(upload, 5)];
        foreach (var key in (FileKey[])[.. parts, _key, FileKey.Part(FileId.New(), 0)])
            await _store.Write(key, new MemoryStream([1, 2]), default);

        var found = await List($"part/{upload}/");

        Assert.Equal(parts, found.Select(item => item.Key).OrderBy(key => key.Value, StringComparer.Ordinal));
        Assert.All(found, item => Assert.Equal(2, item.Size));
        Assert.Equal(4, (await List("")).Count);
        Assert.Empty(await List("thumbnail/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("content")]
    [InlineData("/etc/passwd")]
    [InlineData("content/../../x")]
    [InlineData("content//x")]
    [InlineData("content/")]
    [InlineData("Content/x")]
    [InlineData("content/a.b")]
    [InlineData("content/a\\b")]
    [InlineData("content/a\0b")]
    public async Task Odd_key_is_refused(string key)
    {
        var odd = new FileKey(key);

        await Assert.ThrowsAsync<ArgumentException>(() => _store.Write(odd, new MemoryStream([1]), default));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.OpenRead(odd, 0, null, default));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Delete(odd, default));
    }

    [Fact]
    public async Task Folder_of_many_files_is_listed_step_by_step_and_may_be_emptied_meanwhile()
    {
        const int Many = 2_500; // more than two steps
        await _store.Write(_key, new MemoryStream([1]), default);
        var folder = Path.GetDirectoryName(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Single())!;
        for (var n = 1; n < Many; n++)
            File.WriteAllBytes(Path.Combine(folder, $"{n:x32}"), [1]);

        var seen = new HashSet<FileKey>();
        await foreach (var found in _store.List("content/", default))
        {
            Assert.True(seen.Add(found.Key));
            if (seen.Count % 100 == 0)
                await _store.Delete(found.Key, default);
        }

        Assert.Equal(Many, seen.Count);
        Assert.Equal(Many - Many / 100, (await List("content/")).Count);
    }

    [Fact]
    public async Task Folder_that_is_gone_is_a_clear_failure()
    {
        await _store.Check(default);
        Directory.Delete(Incoming);

        var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(() => _store.Check(default));

        Assert.Contains("folder of uploaded files", failure.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Incoming);
    }

    [Fact]
    public async Task Nobody_else_on_the_machine_can_read_an_object()
    {
        if (OperatingSystem.IsWindows())
            return;
        await _store.Write(_key, new MemoryStream([1]), default);

        var file = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Single();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Disk_that_hangs_is_a_clear_failure_after_the_deadline_and_a_caller_who_leaves_does_not_wait()
    {
        if (OperatingSystem.IsWindows())
            return;
        await _store.Write(_key, new MemoryStream([1]), default);
        var path = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Single();
        File.Delete(path);
        // Opening a named pipe without a writer blocks, like a file on a network drive that is away.
        using (var pipe = Process.Start("mkfifo", [path]))
            await pipe.WaitForExitAsync();

        var hanging = _store.OpenRead(_key, 0, null, default);
        using var leaving = new CancellationTokenSource();
        var left = _store.OpenRead(_key, 0, null, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.False(hanging.IsCompleted);

        _clock.Advance(DiskCalls.Deadline);
        var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(() => hanging);
        Assert.Contains("no response within 30 s", failure.Message, StringComparison.Ordinal);

        // The calls that hang return once there is a writer.
        await using var writer = new FileStream(path, FileMode.Open, FileAccess.Write);
    }

    private Task<List<StoredObject>> List(string prefix) => StoredBytes.List(_store, prefix);

    /// <summary>Content whose sender vanishes after 100 000 bytes.</summary>
    private sealed class CutStream : ForwardStream
    {
        private int _left = 100_000;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                throw new EndOfStreamException();
            var count = Math.Min(_left, buffer.Length);
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
