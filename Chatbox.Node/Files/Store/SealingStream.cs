namespace Chatbox.Node.Files.Store;

/// <summary>The encrypted object of a content, encrypted while it is read. Owns the chunks, not the content.</summary>
internal sealed class SealingStream : ReadyStream
{
    private readonly SealedChunks _chunks;
    private readonly Stream _content;

    // One byte more than a chunk shows whether another chunk follows.
    private readonly byte[] _plain = new byte[SealedChunks.ChunkBytes + 1];
    private readonly byte[] _block = new byte[SealedChunks.BlockBytes];
    private int _held;
    private long _number;
    private bool _ended;

    public SealingStream(SealedChunks chunks, byte[] header, Stream content) => (_chunks, _content, Ready) = (chunks, content, header);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _chunks.Dispose();
        base.Dispose(disposing);
    }

    protected override async Task MakeReady(CancellationToken cancellationToken)
    {
        if (_ended)
            return;
        _held += await _content.ReadAtLeastAsync(_plain.AsMemory(_held), _plain.Length - _held, false, cancellationToken);
        _ended = _held < _plain.Length;
        var length = Math.Min(_held, SealedChunks.ChunkBytes);
        Ready = _block.AsMemory(0, _chunks.Seal(_number++, _ended, _plain.AsSpan(0, length), _block));
        _plain[0] = _plain[SealedChunks.ChunkBytes];
        _held -= length;
    }
}
