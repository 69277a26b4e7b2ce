using Microsoft.Win32.SafeHandles;

namespace Chatbox.Node.Files.Store;

/// <summary>An open file, read from a place on. Owns the file.</summary>
/// <param name="offset">First byte.</param>
internal sealed class DiskStream(SafeFileHandle file, long offset, DiskCalls calls) : ForwardStream
{
    // A read that hangs may still write into its buffer later, so that cannot be the caller's.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Memory<byte> _ready;
    private long _offset = offset;
    private bool _failed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_ready.IsEmpty)
            await Fill(cancellationToken);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        // The handle itself waits for a read that hangs.
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private async Task Fill(CancellationToken cancellationToken)
    {
        if (_failed)
            throw new IOException("An earlier read of this file failed.");
        _failed = true;
        var at = _offset;
        var read = await calls.Run(() => RandomAccess.Read(file, _buffer, at), cancellationToken);
        _failed = false;
        _offset += read;
        _ready = _buffer.AsMemory(0, read);
    }
}
