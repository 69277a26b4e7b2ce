using System.Buffers.Binary;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Chatbox.Actors.Serialization;
using Chatbox.Messages;
using Chatbox.Node.Stores.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Integration.Stores;

/// <summary>The journal in a SQLite file, counted by the commits in its write-ahead log.</summary>
public sealed class SqliteJournalTests : IAsyncLifetime
{
    private const int Writers = 60;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatbox-journal-");
    private IHost _host = null!;

    [Fact]
    public async Task Events_that_wait_for_the_same_disk_are_committed_together()
    {
        var system = _host.Services.GetRequiredService<ActorSystem>();
        var writers = Enumerable.Range(0, Writers).Select(n => system.ActorOf(Props.Create(() => new Writer($"user-{n}")))).ToList();
        await Task.WhenAll(writers.Select(writer => writer.Ask("store", Deadline)));
        var before = CommitsInLog();

        Task<object>[] stored;
        await using (var other = new SqliteConnection(SqliteHosting.ConnectionString(_folder.FullName)))
        {
            await other.OpenAsync();
            // Nobody else can write until the transaction ends: the events have to wait.
            await using var transaction = other.BeginTransaction(deferred: false);
            stored = [.. writers.Select(writer => writer.Ask("store", Deadline))];
            await Task.WhenAll(writers.Select(writer => writer.Ask("begun", Deadline)));
        }

        await Task.WhenAll(stored);
        Assert.InRange(CommitsInLog() - before, 1, Writers / 2);
    }

    public async Task InitializeAsync()
    {
        var store = SqliteHosting.ConnectionString(_folder.FullName);
        SqliteHosting.Prepare(store);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHealthChecks(); // Akka.Hosting registers health checks and needs the service
        builder.Services.AddAkka(
            "journal",
            (akka, _) =>
                akka.WithSqliteStore(store)
                    .WithCustomSerializer("chatbox", [typeof(IWireMessage)], system => new ChatboxSerializer(system))
                    .WithCustomSerializer("chatbox-stored-row", [], system => new StoredRowSerializer(system))
        );
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    /// <summary>
    /// The number of commits since the log was emptied. A frame of the log (https://sqlite.org/fileformat2.html#walformat) that ends a
    /// commit holds the size of the file, and others hold 0.
    /// </summary>
    private int CommitsInLog()
    {
        const int header = 32;
        const int frameHeader = 24;
        using var file = new FileStream(
            Directory.GetFiles(_folder.FullName, "*-wal").Single(),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var log = new byte[file.Length];
        file.ReadExactly(log);
        var page = BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(8));
        var commits = 0;
        for (var frame = header; frame + frameHeader + page <= log.Length; frame += frameHeader + page)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(frame + 4)) != 0)
                commits++;
        }

        return commits;
    }

    /// <summary>Stores an event for each "store" and replies when it is stored; "begun" is answered when the events before it are on their way.</summary>
    private sealed class Writer : UntypedPersistentActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        public Writer(string id) => PersistenceId = id;

        public override string PersistenceId { get; }

        protected override void OnCommand(object message)
        {
            if (message is "begun")
            {
                Sender.Tell("begun");
                return;
            }

            _asker = Sender;
            var @event = new SessionActivated(new UserId(PersistenceId), SessionId.New(), DateTimeOffset.UnixEpoch);
            PersistAsync(@event, _ => _asker.Tell("stored"));
        }

        protected override void OnRecover(object message) { }
    }
}
