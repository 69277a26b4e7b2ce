using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Actors.Sealing;

/// <summary>The cipher of a node without a key: seals nothing, and opens nothing that was sealed when there was one.</summary>
public sealed class PlainCipher : IContentCipher
{
    private const int HashLength = 16; // bytes

    public bool IsSealing => false;

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated) =>
        throw new InvalidOperationException("Without a key nothing can be sealed.");

    public byte[] Open(ReadOnlySpan<byte> record, ReadOnlySpan<byte> associated) =>
        throw new ContentSealedException("The record is sealed, and this node has no key.");

    public byte[] WordHash(string user, string word) => SHA256.HashData(Encoding.UTF8.GetBytes(word))[..HashLength];
}
