using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Encrypts and decrypts the chunks of one object. Each object has a random key of its own for AES-256-GCM (NIST SP 800-38D); the node's
/// cipher seals that key, bound to the object's place, into the header. The nonce of a chunk is its number. Number and last-chunk mark are
/// authenticated, so chunks that are missing, doubled, swapped or of another object fail. Not thread-safe.
/// </summary>
internal sealed class SealedChunks : IDisposable
{
    /// <summary>Content of every chunk but the last, in bytes.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>Greatest length of a chunk in the store, in bytes.</summary>
    public const int BlockBytes = ChunkBytes + TagBytes;

    /// <summary>Length of the header's part in front of the sealed key: version and length.</summary>
    public const int PrefixBytes = 3;

    /// <summary>Greatest length of the sealed key, in bytes: a record of 32 bytes with the longest key id is far shorter.</summary>
    public const int MaxKeyRecordBytes = 1024;

    private const int TagBytes = 16;
    private const int KeyBytes = 32;
    private const byte Version = 1;

    private readonly AesGcm _aes;
    private readonly byte[] _nonce = new byte[12];

    private SealedChunks(ReadOnlySpan<byte> key) => _aes = new AesGcm(key, TagBytes);

    /// <summary>Begins a new object.</summary>
    /// <param name="header">What stands in front of the chunks.</param>
    public static SealedChunks Begin(IContentCipher cipher, FileKey key, out byte[] header)
    {
        var random = RandomNumberGenerator.GetBytes(KeyBytes);
        var record = cipher.Seal(random, PlaceOf(key));
        header = new byte[PrefixBytes + record.Length];
        header[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(1), (ushort)record.Length);
        record.CopyTo(header, PrefixBytes);
        return new SealedChunks(random);
    }

    /// <summary>Length of the sealed key that follows the prefix.</summary>
    /// <exception cref="ContentSealedException">The bytes are not the begin of an encrypted object.</exception>
    public static int KeyRecordBytes(ReadOnlySpan<byte> prefix)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(prefix[1..]);
        return prefix[0] == Version && length <= MaxKeyRecordBytes ? length : throw Changed();
    }

    /// <summary>Continues with an object of the store.</summary>
    /// <exception cref="ContentSealedException">The key is not configured, or the object was modified or is of another place.</exception>
    public static SealedChunks Open(IContentCipher cipher, FileKey key, ReadOnlySpan<byte> record)
    {
        var bytes = cipher.Open(record, PlaceOf(key));
        return bytes.Length == KeyBytes ? new SealedChunks(bytes) : throw Changed();
    }

    /// <summary>Encrypts a chunk.</summary>
    /// <returns>Number of bytes in <paramref name="block"/>.</returns>
    public int Seal(long number, bool isLast, ReadOnlySpan<byte> content, Span<byte> block)
    {
        SetNonce(number);
        _aes.Encrypt(_nonce, content, block[..content.Length], block.Slice(content.Length, TagBytes), Mark(isLast));
        return content.Length + TagBytes;
    }

    /// <summary>Decrypts a chunk.</summary>
    /// <returns>Number of bytes in <paramref name="content"/>.</returns>
    /// <exception cref="ContentSealedException">The chunk was modified, moved, or is not the last one.</exception>
    public int Open(long number, bool isLast, ReadOnlySpan<byte> block, Span<byte> content)
    {
        var length = block.Length - TagBytes;
        if (length < 0)
            throw Changed();
        SetNonce(number);
        try
        {
            _aes.Decrypt(_nonce, block[..length], block[length..], content[..length], Mark(isLast));
            return length;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Changed(e);
        }
    }

    public void Dispose() => _aes.Dispose();

    /// <summary>The object in the store is not what was written.</summary>
    public static ContentSealedException Changed(Exception? inner = null) =>
        new("A stored file was changed, cut or moved, and is not shown.", inner);

    private void SetNonce(long number) => BinaryPrimitives.WriteInt64BigEndian(_nonce.AsSpan(4), number);

    private static ReadOnlySpan<byte> Mark(bool isLast) => isLast ? [1] : [0];

    private static byte[] PlaceOf(FileKey key) => Encoding.UTF8.GetBytes($"file {key}");
}
