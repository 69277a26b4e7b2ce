using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Messages;

/// <summary>
/// A command id shortened to 64 bits, for long lists. Digests are journaled, so their computation never changes. A collision does no harm:
/// a digest only selects the session to ask.
/// </summary>
public static class CommandDigest
{
    /// <summary>The first eight bytes, big-endian, of the SHA-256 of the id's UTF-8 bytes.</summary>
    public static long Of(CommandId id) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id.Value)));
}
