using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files;
using Microsoft.Data.Sqlite;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>sealed: what the index keeps of content when there is a key.</summary>
[Collection(IndexCollection.Name)]
public sealed class SealedIndexTests(IndexStores stores)
{
    private const string Planted = "Xylophonquartett";

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Sealed_session_is_listed_read_and_found_like_any_other(IndexStore store)
    {
        var index = await stores.Open(store) with { Cipher = new SealingCipher() };
        var session = Session(name: $"On {Planted}") with { AssistingAdminName = Planted };
        await index.Apply(session.At(3, Said(2, Planted), Answered(3, Planted)));

        Assert.Equal(session, await index.Index.Find(session.SessionId, default));
        Assert.Equal([Planted, Planted], (await index.Index.History(session.SessionId, null, 10, default)).Select(m => m.Content));
        Assert.Equal([session.SessionId], await index.Search(Planted.ToUpperInvariant()));
        await Assert.ThrowsAsync<ContentSealedException>(() =>
            (index with { Cipher = new PlainCipher() }).Index.Find(session.SessionId, default)
        );
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Rows_from_before_there_was_a_key_stay_readable(IndexStore store)
    {
        var plain = await stores.Open(store);
        var session = Session(name: Planted);
        await plain.Apply(session.At(2, Said(2, "before")));
        var index = plain with { Cipher = new SealingCipher() };
        await index.Apply((session with { MessageCount = 3 }).At(3, Said(3, "after")));

        Assert.Equal(session with { MessageCount = 3 }, await index.Index.Find(session.SessionId, default));
        Assert.Equal(["before", "after"], (await index.Index.History(session.SessionId, null, 10, default)).Select(m => m.Content));
    }

    [Theory, OnSqlite]
    public async Task Names_of_files_and_uploads_are_in_no_file(IndexStore store)
    {
        var index = await stores.Open(store) with { Cipher = new SealingCipher() };
        var (file, upload) = (FileId.New(), FileId.New());
        await index.Files.Begin(new StoredFile(file, Alice, Planted, "text/plain", 1, null, Noon), 10, default);
        await index.Files.Complete(file, 1, Noon, default);
        await index.Uploads.Create(new OpenUpload(upload, Alice, Planted, Planted, 1, 0, Noon), 10, default);

        Assert.Equal(Planted, Assert.Single(await index.Files.Find([file], default)).Name);
        Assert.Equal(
            (Planted, Planted),
            await index.Uploads.Find(Alice, upload, default) is { } found ? (found.Name, found.ClaimedType!) : default
        );
        await using var db = index.Database.Connect();
        var folder = Path.GetDirectoryName(new SqliteConnectionStringBuilder(db.ConnectionString).DataSource)!;
        Assert.Empty(StoredFiles.Found(folder, Planted));
    }

    [Theory, OnSqlite]
    public async Task Planted_text_is_in_no_file_and_erased_rows_not_even_sealed(IndexStore store)
    {
        var cipher = new SealingCipher();
        var index = await stores.Open(store) with { Cipher = cipher };
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("note", Planted);
        var said = Said(2, Planted) with { Metadata = metadata, FileUrl = Planted, FileId = Planted };
        var session = Session(name: Planted) with { AssistingAdminName = Planted };
        var rating = new IndexedRating(2, said.MessageId, Rating.Up, Planted, Noon);
        await index.Apply(session.At(2, said) with { Ratings = [rating] });
        Assert.Equal(rating, Assert.Single((await index.Ratings.List(new RatingQuery(), default)).Ratings).Rating);
        string folder;
        await using (var db = index.Database.Connect())
            folder = Path.GetDirectoryName(new SqliteConnectionStringBuilder(db.ConnectionString).DataSource)!;

        Assert.Empty(StoredFiles.Found(folder, Planted));
        Assert.All(cipher.Records, record => Assert.True(StoredFiles.Hold(folder, record)));

        await index.Index.Erase(session.SessionId, default);
        Assert.All(cipher.Records, record => Assert.False(StoredFiles.Hold(folder, record)));
    }

    /// <summary>Seals for real, and remembers what it has sealed.</summary>
    private sealed class SealingCipher : IContentCipher
    {
        private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

        public List<byte[]> Records { get; } = [];

        public bool IsSealing => true;

        public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
        {
            var record = new byte[12 + plain.Length + 16];
            RandomNumberGenerator.Fill(record.AsSpan(0, 12));
            using var aes = new AesGcm(_key, 16);
            aes.Encrypt(record.AsSpan(0, 12), plain, record.AsSpan(12, plain.Length), record.AsSpan(12 + plain.Length), associated);
            Records.Add(record);
            return record;
        }

        public byte[] Open(ReadOnlySpan<byte> record, ReadOnlySpan<byte> associated)
        {
            var plain = new byte[record.Length - 28];
            using var aes = new AesGcm(_key, 16);
            aes.Decrypt(record[..12], record[12..^16], record[^16..], plain, associated);
            return plain;
        }

        public byte[] WordHash(string user, string word) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{user}\0{word}"))[..16];
    }
}
