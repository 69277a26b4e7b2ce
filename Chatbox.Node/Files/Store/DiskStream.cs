using Microsoft.Win32.SafeHandles;

namespace Chatbox.Node.Files.Store;

/// <summary>An open file, read from a place on. Owns the file.</summary>
/// <param name="offset">First byte.</param>
internal sealed class DiskStream(SafeFileHandle file, long offset, DiskCalls calls) : ReadyStream
{
    // A read that hangs may still write into its buffer later, so that cannot be the caller's.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _offset = offset;
    private bool _failed;

    protected override void Dispose(bool disposing)
    {
        // The handle itself waits for a read that hangs.
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    protected override async Task MakeReady(CancellationToken cancellationToken)
    {
        if (_failed)
            throw new IOException("An earlier read of this file failed.");
        _failed = true;
        var at = _offset;
        var read = await calls.Run(() => RandomAccess.Read(file, _buffer, at), cancellationToken);
        _failed = false;
        _offset += read;
        Ready = _buffer.AsMemory(0, read);
    }
}
