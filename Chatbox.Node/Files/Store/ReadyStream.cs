namespace Chatbox.Node.Files.Store;

/// <summary>A stream whose bytes are made ready piece by piece, whatever the buffers of its reader. A derived class makes the next piece.</summary>
internal abstract class ReadyStream : ForwardStream
{
    /// <summary>The bytes that are ready and not read yet. A derived class sets them when all are read.</summary>
    protected Memory<byte> Ready { get; set; }

    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (Ready.IsEmpty)
            await MakeReady(cancellationToken);
        var count = Math.Min(buffer.Length, Ready.Length);
        Ready[..count].CopyTo(buffer);
        Ready = Ready[count..];
        return count;
    }

    /// <summary>Sets <see cref="Ready"/> to the next bytes; leaves it empty at the end of the content.</summary>
    protected abstract Task MakeReady(CancellationToken cancellationToken);
}
