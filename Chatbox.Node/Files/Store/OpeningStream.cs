namespace Chatbox.Node.Files.Store;

/// <summary>
/// The content of an encrypted object from a chunk on, decrypted while it is read. Gives no byte before its chunk is authenticated, and ends
/// only after the last chunk. Owns the chunks and the object.
/// </summary>
/// <param name="sealedObject">The object, from the first byte of the chunk <paramref name="number"/> on.</param>
/// <param name="skip">Bytes of that chunk that are left out.</param>
internal sealed class OpeningStream(SealedChunks chunks, Stream sealedObject, long number, int skip) : ReadyStream
{
    private readonly byte[] _block = new byte[SealedChunks.BlockBytes + 1];
    private readonly byte[] _plain = new byte[SealedChunks.ChunkBytes];
    private int _held;
    private int _skip = skip;
    private long _number = number;
    private bool _ended;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            chunks.Dispose();
            sealedObject.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Nothing may be left of the first chunk, of which the skipped bytes are left out.</summary>
    protected override async Task MakeReady(CancellationToken cancellationToken)
    {
        while (Ready.IsEmpty && !_ended)
            await OpenNext(cancellationToken);
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
        (Ready, _skip) = (_plain.AsMemory(left, opened - left), 0);
        _block[0] = _block[SealedChunks.BlockBytes];
        _held -= length;
    }
}
