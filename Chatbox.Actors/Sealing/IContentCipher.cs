namespace Chatbox.Actors.Sealing;

/// <summary>Seals what people said before any store sees it. Promise sealed.</summary>
public interface IContentCipher
{
    /// <summary>False without a key: then nothing is sealed, and <see cref="Seal"/> must not be called.</summary>
    bool IsSealing { get; }

    /// <summary>
    /// Whether content in clear text is read. False once the whole store is known to be sealed: then a plain row was put there by somebody
    /// else, and is refused like a record that was changed.
    /// </summary>
    bool AcceptsPlain => true;

    /// <summary>
    /// Seals with the first key. The result names its key, so that it can be opened when another has become the first, and opens only
    /// together with the same <paramref name="associated"/> data.
    /// </summary>
    byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated);

    /// <summary>Opens what any known key has sealed.</summary>
    /// <exception cref="ContentSealedException">The key is not known, or the record was changed or moved to another place.</exception>
    byte[] Open(ReadOnlySpan<byte> record, ReadOnlySpan<byte> associated);

    /// <summary>
    /// What a search looks for instead of a word where content is sealed: 16 bytes, the same for the same word and user only under the
    /// same key. Without a key, a hash that keeps nothing secret.
    /// </summary>
    byte[] WordHash(string user, string word);

    /// <summary>
    /// All hashes under which the word may stand in the index, that of the first key first: until <c>rekey</c> has run, what was written
    /// before a rotation stands under an earlier key's, or under the one without a key.
    /// </summary>
    IReadOnlyList<byte[]> WordHashes(string user, string word) => [WordHash(user, word)];
}

/// <summary>Content cannot be opened, or must not be trusted. The message names the key that is missing, never content.</summary>
public sealed class ContentSealedException(string message, Exception? inner = null) : Exception(message, inner);
