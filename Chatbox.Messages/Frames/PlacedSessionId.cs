using System.Globalization;
using System.Text;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Frames;

/// <summary>
/// A session id followed by a position in the conversation: <c>ID.SEQ.MESSAGE.OFFSET</c>. A legacy page knows neither <c>last_seq</c> nor
/// <c>partial</c>: it appends all text it receives to the answer it is showing, and reconnects with the session id of the last frame. While
/// an answer runs, the frames for such a page therefore carry this id, so that a reconnecting page names its position.
/// </summary>
/// <param name="Seq">The client has every item up to here.</param>
/// <param name="Partial">The client's position in the running answer.</param>
public readonly record struct PlacedSessionId(SessionId SessionId, long Seq, AnswerPosition Partial)
{
    private const char Separator = '.';

    /// <summary>Reads a session id with or without a position.</summary>
    public static bool TryParse(string? text, out SessionId session, out PlacedSessionId? place)
    {
        place = null;
        var parts = (text ?? "").Split(Separator);
        if (!SessionId.TryParse(parts[0], out session))
            return false;
        if (parts.Length == 1)
            return true;
        if (
            parts is not [_, var at, { Length: > 0 } message, var places]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || !int.TryParse(places, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
        )
            return false;
        place = new PlacedSessionId(session, seq, new AnswerPosition(new MessageId(message), offset));
        return true;
    }

    /// <summary>Reads the session from an id with or without a position.</summary>
    public static bool TryParse(string? text, out SessionId session) => TryParse(text, out session, out _);

    /// <summary>Replaces the session id in a frame by this one.</summary>
    public ReadOnlyMemory<byte> PutInto(ReadOnlyMemory<byte> frame)
    {
        var field = Encoding.UTF8.GetBytes($"\"session_id\":\"{SessionId.Value}");
        var start = frame.Span.IndexOf(field);
        if (start < 0)
            return frame; // a pong, or a frame about another session
        var end = start + field.Length;
        var place = Encoding.UTF8.GetBytes(ToString()[SessionId.Value.Length..]);
        var placed = new byte[frame.Length + place.Length];
        frame.Span[..end].CopyTo(placed);
        place.CopyTo(placed, end);
        frame.Span[end..].CopyTo(placed.AsSpan(end + place.Length));
        return placed;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{SessionId}.{Seq}.{Partial.MessageId}.{Partial.Offset}");
}
