using System.Buffers;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// The next part of a content in memory. Grows with what arrives, so that a sender who sends little, or slowly, takes little memory.
/// </summary>
/// <param name="capacity">Greatest number of bytes.</param>
internal sealed class PartBuffer(int capacity) : IDisposable
{
    private const int FirstBytes = 64 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);

    /// <summary>Number of bytes in the part.</summary>
    public int Length { get; private set; }

    /// <summary>Whether more may follow: the part is as long as a part can be.</summary>
    public bool IsFull => Length == capacity;

    /// <summary>The part, for one request.</summary>
    public MemoryStream Open() => new(_bytes, 0, Length, writable: false);

    /// <summary>Replaces the part by the next one: shorter than the capacity, or empty, only at the end of the content.</summary>
    public async Task Fill(Stream content, CancellationToken cancellationToken)
    {
        Length = 0;
        while (Length < capacity)
        {
            if (Length == _bytes.Length)
                Grow();
            var room = _bytes.AsMemory(Length, Math.Min(_bytes.Length, capacity) - Length);
            var read = await content.ReadAsync(room, cancellationToken);
            if (read == 0)
                return;
            Length += read;
        }
    }

    /// <summary>Gives up the memory without reuse: a request that was cut off may still read it.</summary>
    public void Abandon() => _bytes = [];

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(2 * _bytes.Length, capacity));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
