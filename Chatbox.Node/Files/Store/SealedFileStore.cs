using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Encrypts what another store keeps. Encrypted objects have places of their own, below <c>sealed/</c>, so that no content can pass for an
/// encrypted object. Files from before a key was set are read as long as the cipher accepts clear text. The store's own addresses would show
/// encrypted bytes, so there are none: the node serves the files. A changed object fails with <see cref="ContentSealedException"/>.
/// </summary>
internal sealed class SealedFileStore(IFileStore inner, IContentCipher cipher) : IFileStore
{
    private const string Prefix = "sealed/";

    public async Task Write(FileKey key, Stream content, CancellationToken cancellationToken)
    {
        var chunks = SealedChunks.Begin(cipher, key, out var header);
        await using var sealing = new SealingStream(chunks, header, content);
        await inner.Write(SealedPlace(key), sealing, cancellationToken);
        // An object of the same key from before encryption would stay in clear text.
        await inner.Delete(key, cancellationToken);
    }

    public async Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        if (await KeyRecord(key, cancellationToken) is { } record)
            return await OpenChunks(key, record, offset, length, cancellationToken);
        return cipher.AcceptsPlain ? await inner.OpenRead(key, offset, length, cancellationToken) : null;
    }

    /// <summary>The sealed key of an encrypted object; null if there is no encrypted object.</summary>
    public async Task<byte[]?> KeyRecord(FileKey key, CancellationToken cancellationToken)
    {
        const int most = SealedChunks.PrefixBytes + SealedChunks.MaxKeyRecordBytes;
        await using var header = await inner.OpenRead(SealedPlace(key), 0, most, cancellationToken);
        return header is null ? null : await KeyRecord(header, cancellationToken);
    }

    /// <summary>The key of the encrypted object that is at a place of the other store; null if that is no place of encrypted objects.</summary>
    public static FileKey? KeyOf(FileKey place) =>
        place.Value.StartsWith(Prefix, StringComparison.Ordinal) ? new FileKey(place.Value[Prefix.Length..]) : null;

    public async Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        await inner.Delete(SealedPlace(key), cancellationToken);
        await inner.Delete(key, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in inner.List(Prefix + prefix, cancellationToken))
            yield return found with
            {
                Key = new FileKey(found.Key.Value[Prefix.Length..]),
            };
        await foreach (var found in inner.List(prefix, cancellationToken))
            if (!found.Key.Value.StartsWith(Prefix, StringComparison.Ordinal))
                yield return found;
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => new((Uri?)null);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => inner.RemoveUnfinished(age, cancellationToken);

    public Task Check(CancellationToken cancellationToken) => inner.Check(cancellationToken);

    private async Task<Stream?> OpenChunks(FileKey key, byte[] record, long offset, long? length, CancellationToken cancellationToken)
    {
        var chunks = SealedChunks.Open(cipher, key, record);
        try
        {
            var (first, skip) = Math.DivRem(offset, SealedChunks.ChunkBytes);
            var start = SealedChunks.PrefixBytes + record.Length + first * SealedChunks.BlockBytes;
            var found = await inner.OpenRead(SealedPlace(key), start, Span(skip, length), cancellationToken);
            if (found is null)
            {
                chunks.Dispose();
                return null;
            }

            var content = new OpeningStream(chunks, found, first, (int)skip);
            return length is { } bytes ? new LimitedStream(content, bytes) : content;
        }
        catch
        {
            chunks.Dispose();
            throw;
        }
    }

    // One byte after the range shows whether its last chunk is the object's last.
    private static long? Span(long skip, long? length) =>
        length is { } bytes && bytes < long.MaxValue / 2
            ? ((skip + bytes) / SealedChunks.ChunkBytes + 1) * SealedChunks.BlockBytes + 1
            : null;

    private static async Task<byte[]> KeyRecord(Stream header, CancellationToken cancellationToken)
    {
        var prefix = new byte[SealedChunks.PrefixBytes];
        if (await header.ReadAtLeastAsync(prefix, prefix.Length, false, cancellationToken) < prefix.Length)
            throw SealedChunks.Changed();
        var record = new byte[SealedChunks.KeyRecordBytes(prefix)];
        if (await header.ReadAtLeastAsync(record, record.Length, false, cancellationToken) < record.Length)
            throw SealedChunks.Changed();
        return record;
    }

    private static FileKey SealedPlace(FileKey key) => new(Prefix + key.Value);
}
