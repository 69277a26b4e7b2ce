using System.Collections.Concurrent;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files.Produced;
using Chatbox.Node.Files.Records;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Sqlite;
using Chatbox.Tests.Contract.Files;
using Chatbox.Tests.Integration.Index;
using FsCheck.Xunit;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Property.Files;

/// <summary>
/// Files under any interleaving of uploads, claims, erasures and cleanings, by nodes that die at any moment: a file that a living session
/// mentions is whole, and of everything else no byte and no record is left in the end.
/// </summary>
public sealed class FileLibraryProperties : IAsyncLifetime
{
    private static readonly TimeSpan KeepUnsent = TimeSpan.FromDays(1);
    private static readonly UserId Owner = new("alice");

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-library-").FullName;
    private readonly MemoryFileStore _store = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private IndexDatabase _database = null!;

    /// <summary>What a node does with one of a few files and one of a few sessions.</summary>
    public enum Deed
    {
        Upload,
        Claim,
        ClaimAgain,
        Produce,
        Erase,
        Clean,
        Sweep,
        Wait,
    }

    /// <param name="Node">Deeds of one node come one after the other; those of different nodes at the same time.</param>
    /// <param name="Dies">After so many calls to stores the node is dead; a later step of the same number is another node.</param>
    public sealed record Step(Deed Deed, byte File, byte Session, byte Node, byte Dies);

    public async Task InitializeAsync()
    {
        var file = SqliteHosting.ConnectionString(_folder);
        SqliteHosting.Prepare(file);
        _database = new SqliteIndexDatabase(file);
        await IndexMigrations.Run(_database, default);
    }

    public Task DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Property(MaxTest = 60)]
    public void Mentioned_files_are_whole_and_of_all_others_nothing_is_left(Step[] steps)
    {
        var play = new Play(this);
        play.Run(steps).GetAwaiter().GetResult();
        play.Check().GetAwaiter().GetResult();
    }

    private FileLibrary Library(Fuse fuse, out FileCleaning cleaning)
    {
        var records = new FragileFileRecords(new SqlFileRecords(_database, PlainCipher.Instance), new SqlFileRemovals(_database), fuse);
        var store = new FragileFileStore(_store, fuse);
        var open = new SqlOpenUploads(_database, PlainCipher.Instance);
        var parts = new UploadParts(open, store, _clock);
        var library = new FileLibrary(records, records, store, parts, _clock);
        var comparison = new StoreComparison(store, new SqlFileInventory(_database), records, open);
        cleaning = new FileCleaning(records, library, store, parts, comparison, KeepUnsent, _clock);
        return library;
    }

    /// <summary>One case, with ids of its own.</summary>
    private sealed class Play(FileLibraryProperties world)
    {
        private static readonly Fuse Endless = new(int.MaxValue);

        private readonly FileId[] _files = [.. Enumerable.Range(0, 3).Select(_ => FileId.New())];
        private readonly SessionId[] _sessions = [.. Enumerable.Range(0, 3).Select(_ => SessionId.New())];
        private readonly ConcurrentDictionary<FileId, bool> _uploaded = new();
        private readonly ConcurrentDictionary<SessionId, bool> _erased = new();
        private readonly ConcurrentDictionary<(SessionId Session, FileId File), bool> _mentioned = new();
        private int _claiming;

        public Task Run(IEnumerable<Step> steps) =>
            Task.WhenAll(
                steps
                    .GroupBy(step => step.Node % 3)
                    .Select(node =>
                        Task.Run(async () =>
                        {
                            foreach (var step in node)
                                await Do(step);
                        })
                    )
            );

        /// <summary>In the end every erasure is repeated until it is done, and the cleaner works for two days.</summary>
        public async Task Check()
        {
            var library = world.Library(Endless, out var cleaning);
            foreach (var session in _erased.Keys)
                await library.Release(session, default);
            for (var day = 0; day < 2; day++)
            {
                world._clock.Advance(KeepUnsent + TimeSpan.FromMinutes(1));
                await Clean(cleaning);
            }

            await cleaning.Sweep(default);
            var living = _mentioned.Keys.Where(mention => !_erased.ContainsKey(mention.Session)).Select(m => m.File).ToHashSet();
            foreach (var file in living)
            {
                Assert.Equal([file], (await library.Find([file], default)).Select(found => found.Id));
                Assert.Equal(ContentOf(file), world._store.Objects[FileKey.Content(file)]);
            }

            await using var db = world._database.Connect();
            var rows = await db.GetTable<FileRow>().ToListAsync();
            Assert.Equal(rows.Select(row => FileKey.Content(new FileId(row.FileId))).ToHashSet(), world._store.Objects.Keys.ToHashSet());
            Assert.All(rows, row => Assert.Equal(FileRow.Mentioned, row.State));

            // A claim whose message was never stored keeps the file as long as its session lives.
            var exist = _mentioned.Keys.Select(mention => mention.Session).Where(session => !_erased.ContainsKey(session)).ToHashSet();
            var mentions = await db.GetTable<FileMentionRow>().ToListAsync();
            Assert.All(mentions, mention => Assert.Contains(new SessionId(mention.SessionId), exist));
            Assert.Equal(mentions.Select(mention => mention.FileId).ToHashSet(), rows.Select(row => row.FileId).ToHashSet());

            // The next case begins with nothing.
            foreach (var session in _sessions)
                await library.Release(session, default);
            Assert.Empty(world._store.Objects);
            Assert.Equal(0, await db.GetTable<FileRow>().CountAsync());
        }

        private async Task Do(Step step)
        {
            var (file, session) = (_files[step.File % _files.Length], _sessions[step.Session % _sessions.Length]);
            var library = world.Library(step.Dies % 3 == 0 ? new Fuse(step.Dies / 3 % 12) : Endless, out var cleaning);
            try
            {
                switch (step.Deed)
                {
                    case Deed.Upload:
                        await Upload(library, file);
                        break;
                    case Deed.Claim or Deed.ClaimAgain:
                        await Claim(library, session, file);
                        break;
                    case Deed.Produce:
                        await Produce(library, session, file);
                        break;
                    case Deed.Erase:
                        _erased[session] = true;
                        await library.Release(session, default);
                        break;
                    case Deed.Clean:
                        await Clean(cleaning);
                        break;
                    case Deed.Sweep:
                        await cleaning.Sweep(default);
                        break;
                    // A claim is followed by its message within seconds.
                    case Deed.Wait when Volatile.Read(ref _claiming) == 0:
                        world._clock.Advance(TimeSpan.FromHours(7));
                        break;
                }
            }
            catch (Exception e) when (e is NodeDiedException or FileStoreUnavailableException)
            {
                // Nobody was told that it worked.
            }
        }

        private async Task Claim(FileLibrary library, SessionId session, FileId file)
        {
            Interlocked.Increment(ref _claiming);
            try
            {
                // The session stores its message only after the claim; a claim without a reply may be in force or not.
                if (await library.Claim(Owner, session, [file], default) is FileClaim.Claimed)
                    await Say(session, file);
            }
            finally
            {
                Interlocked.Decrement(ref _claiming);
            }
        }

        private async Task Upload(FileLibrary library, FileId file)
        {
            if (!_uploaded.TryAdd(file, true))
                return; // ids are used once
            var content = ContentOf(file);
            await library.Store(
                new StoredFile(file, Owner, "a", "text/plain", content.Length, null, world._clock.GetUtcNow()),
                new MemoryStream(content),
                null,
                long.MaxValue,
                default
            );
        }

        /// <summary>The service itself stores the file for the session, perhaps once more after a crash, and the session mentions it.</summary>
        private async Task Produce(FileLibrary library, SessionId session, FileId file)
        {
            // The ids of such files are no upload's.
            var id = FileId.Of(new MessageId(file.Value), session.Value);
            Interlocked.Increment(ref _claiming);
            try
            {
                var options = new UploadOptions { SpoolFolder = world._folder };
                var intake = new UploadIntake(new ScriptedJudge(), library, options, world._clock);
                var produced = new ProducedFile(id, Owner, session, "a", null);
                if (
                    await new ProducedFiles(intake, library, options).Store(produced, new MemoryStream(ContentOf(id)), default)
                    is ProducedResult.Stored
                )
                    await Say(session, id);
            }
            finally
            {
                Interlocked.Decrement(ref _claiming);
            }
        }

        /// <summary>The session stores a message with the file; an erased session refuses it.</summary>
        private async Task Say(SessionId session, FileId file)
        {
            if (_erased.ContainsKey(session))
                return;
            _mentioned[(session, file)] = true;
            var index = new SqlSessionIndex(world._database, PlainCipher.Instance, world._clock);
            await index.Apply([(IndexSamples.Session() with { SessionId = session }).At(1)], default);
        }

        private async Task Clean(FileCleaning cleaning)
        {
            while ((await cleaning.RemoveUnused(default)).More) { }
            foreach (var (session, _) in await cleaning.FindDoubtful(default))
                await cleaning.Settle(session, _mentioned.Keys.Any(mention => mention.Session == session), default);
            while ((await cleaning.RemoveUnused(default)).More) { }
        }

        private static byte[] ContentOf(FileId file) => System.Text.Encoding.ASCII.GetBytes($"content of {file}");
    }
}
