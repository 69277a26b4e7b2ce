using System.Buffers.Binary;
using System.Text;
using Chatbox.Messages;

namespace Chatbox.Actors.Sealing;

/// <summary>Where a record belongs, as associated data: moved to any other place it does not open.</summary>
public static class SealedPlace
{
    /// <summary>A session, a place in its event log and what kind of thing stands there. The parts cannot run into each other.</summary>
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
