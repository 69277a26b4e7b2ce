namespace Chatbox.Node.Files;

/// <summary>Reads content from one place to its end, with a small buffer. Stops when the work is cancelled.</summary>
internal sealed class ContentReader
{
    private const int BufferSize = 64 * 1024;

    private readonly Stream _content;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _bufferStart;
    private int _next;
    private int _filled;

    public ContentReader(Stream content, long start, CancellationToken cancellationToken)
    {
        (_content, _cancellationToken) = (content, cancellationToken);
        Seek(start);
    }

    /// <summary>The place of the next byte.</summary>
    public long Position => _bufferStart + _next;

    /// <summary>The next byte, or -1 at the end.</summary>
    public int Read() => _next < _filled || Fill() ? _buffer[_next++] : -1;

    /// <summary>Whether there were enough bytes.</summary>
    public bool Read(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_next == _filled && !Fill())
                return false;
            var part = Math.Min(bytes.Length, _filled - _next);
            _buffer.AsSpan(_next, part).CopyTo(bytes);
            _next += part;
            bytes = bytes[part..];
        }
        return true;
    }

    /// <summary>Goes on, perhaps behind the end.</summary>
    public void Skip(long bytes)
    {
        if (bytes <= _filled - _next)
            _next += (int)bytes;
        else
            Seek(Position + bytes);
    }

    /// <summary>Goes back a few bytes that were just read.</summary>
    public void Back(int bytes)
    {
        if (_next >= bytes)
            _next -= bytes;
        else
            Seek(Position - bytes);
    }

    private void Seek(long position)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _content.Position = _bufferStart = position;
        (_next, _filled) = (0, 0);
    }

    private bool Fill()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _bufferStart += _filled;
        _content.Position = _bufferStart;
        (_next, _filled) = (0, _content.Read(_buffer));
        return _filled > 0;
    }
}
