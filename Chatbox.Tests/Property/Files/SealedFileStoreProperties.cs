using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Sealing;
using FsCheck;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Files;

public sealed class SealedFileStoreProperties
{
    private const int Chunk = SealedChunks.ChunkBytes;
    private const int Block = SealedChunks.BlockBytes;

    private static readonly SealingKey One = new("one", new byte[SealingKey.Length]);
    private static readonly SealingKey Two = new("two", Enumerable.Repeat((byte)2, SealingKey.Length).ToArray());

    private readonly MemoryFileStore _inner = new();
    private readonly FileKey _key = FileKey.Content(FileId.New());
    private readonly SealedFileStore _store;

    public SealedFileStoreProperties() => _store = new SealedFileStore(_inner, new AesContentCipher([One], acceptsPlain: false));

    private FileKey Place => new($"sealed/{_key}");

    [Property(MaxTest = 200)]
    public void Any_range_of_any_content_is_read_right(int size, NonNegativeInt offset, NonNegativeInt length, int seed)
    {
        var content = Content(SizeOf(size), seed);
        Write(content);
        // A client never asks for a range that begins after the end: the file's record has the size.
        var start = offset.Get % Math.Max(1, content.Length);
        var count = length.Get * 997 % (3 * Chunk);

        Assert.Equal(content, Read(0, null));
        Assert.Equal(content[start..], Read(start, null));
        Assert.Equal(content.AsSpan(start, Math.Min(count, content.Length - start)).ToArray(), Read(start, count));
    }

    [Property(MaxTest = 200)]
    public void Any_changed_bit_is_refused(int size, NonNegativeInt at, byte bit)
    {
        Write(Content(SizeOf(size), 1));
        var stored = _inner.Objects[Place];
        stored[at.Get * 31 % stored.Length] ^= (byte)(1 << (bit % 8));

        Assert.Throws<ContentSealedException>(() => Read(0, null));
    }

    [Property(MaxTest = 200)]
    public void Any_cut_is_refused(int size, NonNegativeInt at, bool atChunk)
    {
        Write(Content(SizeOf(size), 1));
        var stored = _inner.Objects[Place];
        var blocks = (stored.Length - 1) / Block;
        var end = atChunk && blocks > 0 ? stored.Length - 1 - (stored.Length - 1 - HeaderOf(stored)) % Block : at.Get * 31 % stored.Length;
        _inner.Objects[Place] = stored[..end];

        Assert.Throws<ContentSealedException>(() => Read(0, null));
    }

    [Property(MaxTest = 100)]
    public void Two_swapped_chunks_are_refused(PositiveInt first, PositiveInt second)
    {
        var (a, b) = (first.Get % 4, second.Get % 4);
        Write(Content(4 * Chunk, 1));
        var stored = _inner.Objects[Place];
        var header = HeaderOf(stored);
        var swapped = stored.ToArray();
        stored.AsSpan(header + a * Block, Block).CopyTo(swapped.AsSpan(header + b * Block));
        stored.AsSpan(header + b * Block, Block).CopyTo(swapped.AsSpan(header + a * Block));
        _inner.Objects[Place] = swapped;

        if (a == b)
            Assert.Equal(4 * Chunk, Read(0, null).Length);
        else
            Assert.Throws<ContentSealedException>(() => Read(0, null));
    }

    [Property(MaxTest = 100)]
    public void Object_of_another_place_is_refused(int size)
    {
        Write(Content(SizeOf(size), 1));
        var other = FileKey.Content(FileId.New());
        _inner.Objects[new FileKey($"sealed/{other}")] = _inner.Objects[Place];

        Assert.Throws<ContentSealedException>(() => Read(_store, other, 0, null));
    }

    [Property(MaxTest = 100)]
    public void Added_bytes_are_refused(int size, byte[] added)
    {
        Write(Content(SizeOf(size), 1));
        _inner.Objects[Place] = [.. _inner.Objects[Place], .. added, 0];

        Assert.Throws<ContentSealedException>(() => Read(0, null));
    }

    [Fact]
    public async Task Content_is_nowhere_in_clear_text_and_has_no_address_of_the_store()
    {
        var content = Content(3 * Chunk, 7);
        Write(content);

        Assert.Equal(-1, _inner.Objects[Place].AsSpan().IndexOf(content.AsSpan(100, 16)));
        Assert.Equal([Place], _inner.Objects.Keys);
        Assert.Null(await _store.DirectAddress(null!, TimeSpan.FromMinutes(1), default));
    }

    [Fact]
    public void Rotated_key_reads_and_a_missing_key_is_refused_by_name()
    {
        Write([1, 2, 3]);

        Assert.Equal([1, 2, 3], Read(new SealedFileStore(_inner, new AesContentCipher([Two, One])), _key, 0, null));
        var failure = Assert.Throws<ContentSealedException>(() =>
            Read(new SealedFileStore(_inner, new AesContentCipher([Two])), _key, 0, null)
        );
        Assert.Contains("one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_file_is_read_only_as_long_as_the_cipher_accepts_clear_text()
    {
        _inner.Objects[_key] = [1, 2, 3];
        var accepting = new SealedFileStore(_inner, new AesContentCipher([One], acceptsPlain: true));

        Assert.Null(await _store.OpenRead(_key, 0, null, default));
        Assert.Equal([2, 3], Read(accepting, _key, 1, null));

        await accepting.Write(_key, new MemoryStream([4]), default);
        Assert.Equal([Place], _inner.Objects.Keys);
    }

    [Fact]
    public async Task List_and_removal_cover_encrypted_and_plain_objects()
    {
        Write([1]);
        var plain = FileKey.Thumbnail(FileId.New());
        _inner.Objects[plain] = [2];

        Assert.Equal([_key.Value, plain.Value], (await List("")).Order(StringComparer.Ordinal));
        Assert.Equal([_key.Value], await List("content/"));
        await _store.Delete(_key, default);
        await _store.Delete(plain, default);
        Assert.Empty(_inner.Objects);

        async Task<List<string>> List(string prefix)
        {
            var found = new List<string>();
            await foreach (var item in _store.List(prefix, default))
                found.Add(item.Key.Value);
            return found;
        }
    }

    // Sizes around the borders of chunks are as frequent as all others.
    private static int SizeOf(int size) =>
        Math.Abs(size % 4) * Chunk + Math.Max(0, (size & 1) == 0 ? size / 4 % 3 : Math.Abs(size * 991 % Chunk));

    private static byte[] Content(int size, int seed)
    {
        var bytes = new byte[size];
        new System.Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static int HeaderOf(byte[] stored) => SealedChunks.PrefixBytes + SealedChunks.KeyRecordBytes(stored);

    private void Write(byte[] content) => _store.Write(_key, new MemoryStream(content), default).GetAwaiter().GetResult();

    private byte[] Read(long offset, long? length) => Read(_store, _key, offset, length);

    private static byte[] Read(SealedFileStore store, FileKey key, long offset, long? length)
    {
        using var stream = store.OpenRead(key, offset, length, default).GetAwaiter().GetResult()!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
