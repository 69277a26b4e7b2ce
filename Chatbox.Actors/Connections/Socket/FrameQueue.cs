using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>What waits for the socket of one client, in order, and what the socket has taken. Without I/O.</summary>
internal sealed class FrameQueue
{
    /// <summary>
    /// Waiting bytes at which reading from the client stops. A session sends at most its window of 64 KiB ahead, so that fewer than the
    /// protocol's 256 KiB wait in all.
    /// </summary>
    private const int ReadingStopsAt = 65_536;

    /// <summary>Bytes after which the session is told that the socket has taken them: a quarter of its window, rather than every frame.</summary>
    private const int ReportTaken = 16_384;

    /// <summary>The error of the span of a frame that was not sent because the socket ended.</summary>
    private const string NotTaken = "socket_gone";

    private readonly Queue<SocketOutput> _waiting = new();
    private int _waitingBytes;
    private int _writing;
    private Activity? _writingSpan;
    private int _taken;

    /// <summary>Whether so much waits that the client must read before the next of its frames is read.</summary>
    public bool IsFull => _waitingBytes >= ReadingStopsAt;

    public void Add(SocketOutput output)
    {
        _waiting.Enqueue(output);
        _waitingBytes += output.Length;
    }

    /// <summary>The next output, which the socket begins to take.</summary>
    public bool TryTake([NotNullWhen(true)] out SocketOutput? next)
    {
        if (!_waiting.TryDequeue(out next))
            return false;
        _waitingBytes -= next.Length;
        if (next is SocketOutput.Frame { FromSession: true } frame)
            (_writing, _writingSpan) = (frame.Counted, frame.Span);
        return true;
    }

    /// <summary>The socket has taken the output.</summary>
    /// <returns>Bytes that the session has to be told of; 0 if it need not be told yet.</returns>
    public int Taken()
    {
        _taken += _writing;
        _writing = 0;
        _writingSpan.End();
        _writingSpan = null;
        if (_taken < ReportTaken)
            return 0;
        var taken = _taken;
        _taken = 0;
        return taken;
    }

    /// <summary>The socket takes nothing more.</summary>
    public void End()
    {
        _writingSpan.End(NotTaken);
        _writingSpan = null;
        foreach (var frame in _waiting.OfType<SocketOutput.Frame>())
            frame.Span.End(NotTaken);
        _waiting.Clear();
        _waitingBytes = 0;
    }
}
