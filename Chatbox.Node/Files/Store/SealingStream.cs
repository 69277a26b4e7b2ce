namespace Chatbox.Node.Files.Store;

/// <summary>The encrypted object of a content, encrypted while it is read. Owns the chunks, not the content.</summary>
internal sealed class SealingStream(SealedChunks chunks, byte[] header, Stream content) : ForwardStream
{
    // One byte more than a chunk shows whether another chunk follows.
    private readonly byte[] _plain = new byte[SealedChunks.ChunkBytes + 1];
    private readonly byte[] _block = new byte[SealedChunks.BlockBytes];
    private Memory<byte> _ready = header;
    private int _held;
    private long _number;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_ready.IsEmpty && !_ended)
            await SealNext(cancellationToken);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            chunks.Dispose();
        base.Dispose(disposing);
    }

    private async Task SealNext(CancellationToken cancellationToken)
    {
        _held += await content.ReadAtLeastAsync(_plain.AsMemory(_held), _plain.Length - _held, false, cancellationToken);
        _ended = _held < _plain.Length;
        var length = Math.Min(_held, SealedChunks.ChunkBytes);
        _ready = _block.AsMemory(0, chunks.Seal(_number++, _ended, _plain.AsSpan(0, length), _block));
        _plain[0] = _plain[SealedChunks.ChunkBytes];
        _held -= length;
    }
}
