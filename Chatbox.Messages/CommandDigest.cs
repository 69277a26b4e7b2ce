using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Messages;

/// <summary>
/// A command id in 64 bits, for lists of many ids. Digests stand in journals, so the rule never changes. Two ids with one digest do no
/// harm: a digest only says which session to ask.
/// </summary>
public static class CommandDigest
{
    /// <summary>The first eight bytes, big-endian, of the SHA-256 of the id's UTF-8 bytes.</summary>
    public static long Of(CommandId id) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id.Value)));
}
