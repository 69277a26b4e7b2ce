using Chatbox.Client.Sending;

namespace Chatbox.Tests.Unit.Clients;

public sealed class FileOutboxStoreTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-outbox-").FullName;

    private string File => Path.Combine(_folder, "inner", "unsent.json");

    [Fact]
    public async Task Messages_survive_a_restart_in_their_order_with_everything_they_have()
    {
        var second = Message("alice", "two", 2) with { FileIds = ["f1", "f2"], IsVoice = true, HasFailed = true };
        using (var store = new FileOutboxStore(File))
        {
            await store.Open("alice", default);
            await store.Put(second, default);
            await store.Put(Message("alice", "one", 1), default);
            await store.Put(Message("alice", "gone", 3), default);
            await store.Remove("alice", "gone", default);
        }

        using var next = new FileOutboxStore(File);
        var messages = await next.Open("alice", default);

        Assert.Equal(["one", "two"], messages.Select(message => message.Id));
        Assert.Equal(second.FileIds, messages[1].FileIds);
        Assert.Equal(second with { FileIds = [] }, messages[1] with { FileIds = [] });
    }

    [Fact]
    public async Task Another_user_finds_nothing_and_leaves_nothing_of_the_first_one()
    {
        using (var store = new FileOutboxStore(File))
        {
            await store.Open("alice", default);
            await store.Put(Message("alice", "secret", 1), default);
        }

        using (var store = new FileOutboxStore(File))
            Assert.Empty(await store.Open("bob", default));

        Assert.All(
            Directory.GetFiles(Path.GetDirectoryName(File)!),
            file => Assert.DoesNotContain("secret", System.IO.File.ReadAllText(file))
        );
        using var last = new FileOutboxStore(File);
        Assert.Empty(await last.Open("alice", default));
    }

    [Fact]
    public async Task Crash_in_the_middle_of_a_write_leaves_the_state_before()
    {
        using (var store = new FileOutboxStore(File))
        {
            await store.Open("alice", default);
            await store.Put(Message("alice", "kept", 1), default);
        }

        await System.IO.File.WriteAllTextAsync(File + ".next", "{\"version\":1,\"mess");

        using var next = new FileOutboxStore(File);
        Assert.Equal(["kept"], (await next.Open("alice", default)).Select(message => message.Id));
    }

    [Fact]
    public async Task File_of_something_else_is_refused_and_stays_as_it_is()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, "my own notes");
        using var store = new FileOutboxStore(File);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.Open("alice", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Put(Message("alice", "one", 1), default));

        Assert.Equal("my own notes", await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task Second_store_on_the_same_file_is_refused_while_the_first_is_open()
    {
        using var second = new FileOutboxStore(File);
        using (var first = new FileOutboxStore(File))
        {
            await first.Open("alice", default);
            await Assert.ThrowsAsync<IOException>(() => second.Open("alice", default));
        }

        Assert.Empty(await second.Open("alice", default));
    }

    [Fact]
    public async Task Nobody_else_can_read_the_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var store = new FileOutboxStore(File);
        await store.Open("alice", default);
        await store.Put(Message("alice", "one", 1), default);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static StoredMessage Message(string user, string id, long order) => new(user, id, $"{id} of {user}", order, At);
}
