namespace Chatbox.Node.Files.Store;

/// <summary>
/// The content of an encrypted object from a chunk on, decrypted while it is read. Gives no byte before its chunk is authenticated, and ends
/// only after the last chunk. Owns the chunks and the object.
/// </summary>
/// <param name="sealedObject">The object, from the first byte of the chunk <paramref name="number"/> on.</param>
/// <param name="skip">Bytes of that chunk that are left out.</param>
internal sealed class OpeningStream(SealedChunks chunks, Stream sealedObject, long number, int skip) : ForwardStream
{
    private readonly byte[] _block = new byte[SealedChunks.BlockBytes + 1];
    private readonly byte[] _plain = new byte[SealedChunks.ChunkBytes];
    private Memory<byte> _ready;
    private int _held;
    private int _skip = skip;
    private long _number = number;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_ready.IsEmpty && !_ended)
            await OpenNext(cancellationToken);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            chunks.Dispose();
            sealedObject.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task OpenNext(CancellationToken cancellationToken)
    {
        _held += await sealedObject.ReadAtLeastAsync(_block.AsMemory(_held), _block.Length - _held, false, cancellationToken);
        var isLast = _held < _block.Length;
        var length = Math.Min(_held, SealedChunks.BlockBytes);
        var opened = chunks.Open(_number++, isLast, _block.AsSpan(0, length), _plain);
        // Only after the chunk is authenticated: a failed read stays failed.
        _ended = isLast;
        var left = Math.Min(_skip, opened);
        (_ready, _skip) = (_plain.AsMemory(left, opened - left), 0);
        _block[0] = _block[SealedChunks.BlockBytes];
        _held -= length;
    }
}
