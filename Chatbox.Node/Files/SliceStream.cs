namespace Chatbox.Node.Files;

/// <summary>A part of another stream, read with a position of its own. The other stream must be able to seek, and is not disposed.</summary>
internal sealed class SliceStream(Stream content, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var most = (int)Math.Clamp(length - _position, 0, buffer.Length);
        if (most == 0)
            return 0;
        content.Position = offset + _position;
        var read = content.Read(buffer[..most]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
