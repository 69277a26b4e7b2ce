using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Actors.Sealing;

/// <summary>The cipher of a node without a key: encrypts and decrypts nothing.</summary>
public sealed class PlainCipher : IContentCipher
{
    /// <summary>Length of a word's hash, in bytes, for every cipher.</summary>
    public const int WordHashBytes = 16;

    public static PlainCipher Instance { get; } = new();

    public bool IsSealing => false;

    /// <exception cref="InvalidOperationException">Always.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated) =>
        throw new InvalidOperationException("There is no key to seal with.");

    public byte[] Open(ReadOnlySpan<byte> record, ReadOnlySpan<byte> associated) =>
        throw new ContentSealedException($"The content is sealed with the key {SealedRecord.Parse(record).KeyId}, and no key is set.");

    /// <summary>The first 16 bytes of SHA-256 over the user, a zero byte and the word, in UTF-8.</summary>
    public byte[] WordHash(string user, string word) => SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\0{word}"))[..WordHashBytes];
}
