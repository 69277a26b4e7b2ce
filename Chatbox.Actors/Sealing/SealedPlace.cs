using System.Buffers.Binary;
using System.Text;
using Chatbox.Messages;

namespace Chatbox.Actors.Sealing;

/// <summary>The place of an encrypted record, as associated data: a record that was moved to another place cannot be decrypted.</summary>
public static class SealedPlace
{
    /// <summary>
    /// A session, a place in its journal and the kind of the record. The session id's length comes first, so that two places never have the
    /// same bytes.
    /// </summary>
    public static byte[] Of(SessionId session, long seq, string kind)
    {
        var id = Encoding.UTF8.GetByteCount(session.Value);
        var place = new byte[sizeof(int) + id + sizeof(long) + Encoding.UTF8.GetByteCount(kind)];
        BinaryPrimitives.WriteInt32BigEndian(place, id);
        Encoding.UTF8.GetBytes(session.Value, place.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(sizeof(int) + id), seq);
        Encoding.UTF8.GetBytes(kind, place.AsSpan(sizeof(int) + id + sizeof(long)));
        return place;
    }
}
