namespace Chatbox.Actors.Sealing;

/// <summary>Encrypts ("seals") content before any store sees it. Keeps the promise *sealed* (docs/failure-modes.md).</summary>
public interface IContentCipher
{
    /// <summary>Whether a key is configured. If not, <see cref="Seal"/> must not be called.</summary>
    bool IsSealing { get; }

    /// <summary>
    /// Whether content in clear text is accepted. False once the whole store is encrypted: a plain row was then written by somebody else, and
    /// is refused like a modified record.
    /// </summary>
    bool AcceptsPlain => true;

    /// <summary>
    /// Encrypts with the first configured key. The record names its key, so that it can be decrypted after a key rotation. It can be
    /// decrypted only with the same <paramref name="associated"/> data.
    /// </summary>
    byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated);

    /// <summary>Decrypts a record of any configured key.</summary>
    /// <exception cref="ContentSealedException">The key is not configured, or the record was modified or moved to another place.</exception>
    byte[] Open(ReadOnlySpan<byte> record, ReadOnlySpan<byte> associated);

    /// <summary>
    /// The 16-byte hash that search uses in place of a word. The same word of the same user has the same hash only under the same key.
    /// Without a key, the hash hides nothing.
    /// </summary>
    byte[] WordHash(string user, string word);

    /// <summary>
    /// All hashes that the index may hold for a word, the first key's first. Until <c>rekey</c> has run, words that were written before a key
    /// rotation have the hash of the earlier key, or the hash without a key.
    /// </summary>
    IReadOnlyList<byte[]> WordHashes(string user, string word) => [WordHash(user, word)];
}

/// <summary>Content cannot be decrypted, or must not be trusted. The message names the missing key, never content.</summary>
public sealed class ContentSealedException(string message, Exception? inner = null) : Exception(message, inner);
