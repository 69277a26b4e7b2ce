namespace Chatbox.Node.Files.Store;

/// <summary>Another stream, of which it counts what is read, and which it disposes of.</summary>
/// <param name="count">Is told of the bytes of each read.</param>
internal sealed class CountedStream(Stream inner, Action<long> count) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        count(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
