using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Sealing;

/// <summary>
/// Encrypts with AES-256-GCM (NIST SP 800-38D). HKDF-SHA256 (RFC 5869) derives one content key and one word key from each configured key.
/// Each record has a key of its own, derived from the content key and the associated data, and a random nonce of 96 bits. So the limit of
/// 2^32 records per key (section 8.3) applies to one place of one session, which is written a few times, and not to the whole store.
/// Thread-safe.
/// </summary>
public sealed class AesContentCipher : IContentCipher
{
    private const int KeyBytes = 32;

    private static readonly byte[] ContentPurpose = "chatbox content v1"u8.ToArray();
    private static readonly byte[] WordPurpose = "chatbox words v1"u8.ToArray();

    private readonly Ring _first;
    private readonly Ring[] _rings;

    /// <summary>Encrypts with the first key, and decrypts with every key.</summary>
    /// <param name="acceptsPlain">Whether the store may contain clear text from before a key was set.</param>
    /// <exception cref="ArgumentException">There is no key, or two keys have the same id.</exception>
    public AesContentCipher(IReadOnlyList<SealingKey> keys, bool acceptsPlain = true)
    {
        if (keys.Count == 0 || keys.DistinctBy(k => k.Id).Count() != keys.Count)
            throw new ArgumentException("At least one key is needed, and ids must be unique.", nameof(keys));
        _rings = [.. keys.Select(k => new Ring(k))];
        _first = _rings[0];
        AcceptsPlain = acceptsPlain;
    }

    public bool IsSealing => true;

    public bool AcceptsPlain { get; }

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var header = _first.Key.Header;
        var record = new byte[header.Length + SealedRecord.NonceBytes + plain.Length + SealedRecord.TagBytes];
        header.CopyTo(record, 0);
        var nonce = record.AsSpan(header.Length, SealedRecord.NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var content = record.AsSpan(header.Length + SealedRecord.NonceBytes, plain.Length);
        var tag = record.AsSpan(record.Length - SealedRecord.TagBytes);

        Span<byte> key = stackalloc byte[KeyBytes];
        _first.KeyOfPlace(associated, key);
        using var aes = new AesGcm(key, SealedRecord.TagBytes);
        // The key already depends on the place, so only the header is authenticated here.
        aes.Encrypt(nonce, plain, content, tag, header);
        CryptographicOperations.ZeroMemory(key);
        return record;
    }

    public byte[] Open(ReadOnlySpan<byte> record, ReadOnlySpan<byte> associated)
    {
        var parts = SealedRecord.Parse(record);
        var ring =
            RingOf(parts.Header) ?? throw new ContentSealedException($"The key {parts.KeyId}, which encrypted the content, is not set.");
        var plain = new byte[parts.Content.Length];

        Span<byte> key = stackalloc byte[KeyBytes];
        ring.KeyOfPlace(associated, key);
        using var aes = new AesGcm(key, SealedRecord.TagBytes);
        try
        {
            aes.Decrypt(parts.Nonce, parts.Content, parts.Tag, plain, parts.Header);
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new ContentSealedException(
                $"The key {parts.KeyId} does not decrypt the content: another key encrypted it, or the record was changed or moved.",
                e
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Whether the first key encrypted the record.</summary>
    /// <exception cref="ContentSealedException">The bytes are no encrypted record.</exception>
    public bool IsByFirstKey(ReadOnlySpan<byte> record) => SealedRecord.Parse(record).Header.SequenceEqual(_first.Key.Header);

    public byte[] WordHash(string user, string word) => WordHash(_first, user, word);

    /// <summary>
    /// The hashes of a word by every key, the first key first, so that a search finds content from before a rotation. Where clear text is
    /// accepted, the hash without a key comes last.
    /// </summary>
    public IReadOnlyList<byte[]> WordHashes(string user, string word) =>
        [
            .. _rings.Select(ring => WordHash(ring, user, word)),
            .. AcceptsPlain ? [PlainCipher.Instance.WordHash(user, word)] : Array.Empty<byte[]>(),
        ];

    private static byte[] WordHash(Ring ring, string user, string word) =>
        HMACSHA256.HashData(ring.Words, Encoding.UTF8.GetBytes($"{user}\0{word}"))[..PlainCipher.WordHashBytes];

    private Ring? RingOf(ReadOnlySpan<byte> header)
    {
        foreach (var ring in _rings)
            if (header.SequenceEqual(ring.Key.Header))
                return ring;
        return null;
    }

    /// <summary>One configured key with its derived keys.</summary>
    private sealed class Ring(SealingKey key)
    {
        private readonly byte[] _content = Derive(key, ContentPurpose);

        public SealingKey Key { get; } = key;

        public byte[] Words { get; } = Derive(key, WordPurpose);

        // HKDF-Expand of one block (RFC 5869, section 2.3): an HMAC of the place and the block number.
        public void KeyOfPlace(ReadOnlySpan<byte> associated, Span<byte> place) =>
            HKDF.Expand(HashAlgorithmName.SHA256, _content, place, associated);

        private static byte[] Derive(SealingKey key, byte[] purpose) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.ToArray(), KeyBytes, salt: null, info: purpose);
    }
}
