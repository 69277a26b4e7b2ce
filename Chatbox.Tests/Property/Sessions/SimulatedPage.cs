using System.Text.Json;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// A legacy page with its socket's stream. The page appends text to the open bubble, and knows its place only by the session id of the last
/// frame that it got.
/// </summary>
internal sealed class SimulatedPage
{
    private readonly List<string> _bubbles = [];
    private readonly Queue<ReadOnlyMemory<byte>> _stream = new();
    private SimulatedSocket _socket = new();
    private long? _lastSeq;
    private AnswerPosition? _partial;
    private int? _open;

    public SimulatedPage() => SessionId = SimulatedSession.Id.Value;

    /// <summary>The bubbles of answers on the page, from top to bottom.</summary>
    public IReadOnlyList<string> Bubbles => _bubbles;

    public string SessionId { get; private set; }

    /// <summary>Whether the page is in the middle of an answer, so that its session id holds a place.</summary>
    public bool IsInAnswer => SessionId.Contains('.');

    public ViewerCursor? Viewer { get; private set; }

    /// <summary>The page connects again. Frames on their way to the old socket are lost.</summary>
    public void Connect(Func<Attachment, ViewerCursor> attach)
    {
        _socket = new SimulatedSocket();
        _stream.Clear();
        Assert.True(PlacedSessionId.TryParse(SessionId, out _, out var place));
        (_lastSeq, _partial) = (place?.Seq, place?.Partial);
        Viewer = attach(new Attachment(_socket, _lastSeq, _partial));
    }

    /// <summary>The session starts anew: the stream attaches with its cursor, and the frames that it holds still reach the page.</summary>
    public void Reattach(Func<Attachment, ViewerCursor> attach)
    {
        Pull();
        _socket = new SimulatedSocket();
        Viewer = attach(new Attachment(_socket, _lastSeq, _partial));
    }

    /// <summary>The page reads this many frames.</summary>
    public void Take(int frames)
    {
        Pull();
        for (; frames > 0 && _stream.TryDequeue(out var frame); frames--)
            Apply(JsonDocument.Parse(frame).RootElement);
    }

    /// <summary>The stream takes the frames that the session has sent, as a connection's stream does.</summary>
    private void Pull()
    {
        var bytes = 0;
        while (_socket.Frames.TryDequeue(out var frame))
        {
            bytes += frame.Utf8.Length;
            if (frame.Reloads || frame.Seq > (_lastSeq ?? -1))
                _lastSeq = frame.Seq;
            _partial = frame.Partial;
            if (frame.Utf8.IsEmpty)
                continue;
            _stream.Enqueue(
                _partial is { } at ? new PlacedSessionId(SimulatedSession.Id, _lastSeq ?? 0, at).PutInto(frame.Utf8) : frame.Utf8
            );
        }

        Viewer!.Took(bytes);
    }

    private void Apply(JsonElement frame)
    {
        SessionId = frame.GetProperty("session_id").GetString()!;
        if (frame.GetProperty("type").GetString() != "ai_response")
            return;
        if (frame.GetProperty("content").GetString() is { Length: > 0 } text)
        {
            if (_open is null)
            {
                _open = _bubbles.Count;
                _bubbles.Add("");
            }

            _bubbles[_open.Value] += text;
        }

        if (frame.GetProperty("metadata").GetProperty("done").GetString() == "true")
            _open = null;
    }

    /// <summary>An attachment of the page: its socket and its cursor.</summary>
    internal sealed record Attachment(SimulatedSocket Socket, long? LastSeq, AnswerPosition? Partial);
}
