using Chatbox.Actors.Files;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Health;
using Chatbox.Node.Telemetry;
using Chatbox.Tests.Property.Files;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Files;

/// <summary>Wrong settings keep a node from becoming ready; a store that goes away later does not take the nodes with it.</summary>
public sealed class FileStoreWatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-watch-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedStore _store = new();
    private readonly FileStoreWatch _watch;
    private readonly StorageProbe _probe;

    public FileStoreWatchTests()
    {
        _watch = new FileStoreWatch(_store, new PrometheusMetrics().FileStore, _clock, NullLogger<FileStoreWatch>.Instance);
        _probe = new StorageProbe(_folder, _watch);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _watch.StopAsync(default);
        _watch.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Node_is_unready_until_its_store_was_checked_and_while_it_refuses()
    {
        Assert.False((await _probe.Check(default)).IsReady);
        _store.Failure = new FileStoreUnavailableException("wrong key") { IsRefusal = true };
        await _watch.StartAsync(default);

        await Until(FileStoreState.Refuses);
        var refused = await _probe.Check(default);
        Assert.Equal((false, "the file store refuses this node"), (refused.IsReady, refused.Reason));

        _store.Failure = null;
        await Until(FileStoreState.Works);
        Assert.Equal(CheckResult.Ok, await _probe.Check(default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_that_goes_away_or_refuses_later_leaves_the_node_ready_with_a_reason(bool isRefusal)
    {
        await _watch.StartAsync(default);
        await Until(FileStoreState.Works);

        _store.Failure = new FileStoreUnavailableException("gone") { IsRefusal = isRefusal };
        await Until(FileStoreState.Fails);

        var result = await _probe.Check(default);
        Assert.Equal((true, "files cannot be stored or opened now"), (result.IsReady, result.Reason));
    }

    [Fact]
    public async Task Store_that_hangs_fails_after_the_deadline()
    {
        _store.Hangs = true;
        await _watch.StartAsync(default);
        await Until(FileStoreState.Fails);

        Assert.True((await _probe.Check(default)).IsReady);
    }

    [Fact]
    public async Task Remains_of_unfinished_writes_are_removed_at_the_start_and_every_hour()
    {
        await _watch.StartAsync(default);
        await Until(FileStoreState.Works);
        await Until(() => _store.Sweeps == 1);

        for (var minute = 0; minute < 59; minute++)
            _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _store.Sweeps);
        await Until(() => _store.Sweeps == 2);
    }

    private Task Until(FileStoreState state) => Until(() => _watch.State == state);

    // Advances the clock step by step, as the watch waits at any time between two checks.
    private async Task Until(Func<bool> reached)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!reached())
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await pause.WaitForNextTickAsync(deadline.Token);
        }
    }

    private sealed class ScriptedStore : IFileStore
    {
        private readonly MemoryFileStore _inner = new();

        public Exception? Failure { get; set; }

        public bool Hangs { get; set; }

        public int Sweeps { get; private set; }

        public async Task Check(CancellationToken cancellationToken)
        {
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (Failure is { } failure)
                throw failure;
        }

        public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken)
        {
            Sweeps++;
            return Task.CompletedTask;
        }

        public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) =>
            _inner.Write(key, content, cancellationToken);

        public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken) =>
            _inner.OpenRead(key, offset, length, cancellationToken);

        public Task Delete(FileKey key, CancellationToken cancellationToken) => _inner.Delete(key, cancellationToken);

        public IAsyncEnumerable<StoredObject> List(string prefix, CancellationToken cancellationToken) =>
            _inner.List(prefix, cancellationToken);

        public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) =>
            _inner.DirectAddress(file, lifetime, cancellationToken);
    }
}
