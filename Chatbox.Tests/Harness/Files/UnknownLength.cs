using Chatbox.Node.Files.Store;

namespace Chatbox.Tests.Harness.Files;

/// <summary>A content that can be read once, and whose length nobody knows.</summary>
internal sealed class UnknownLength(byte[] content, Func<Task>? atHalf = null) : ForwardStream
{
    private int _at;
    private bool _isHalf;

    /// <summary>Whether the sender vanishes at the end.</summary>
    public bool IsCut { get; init; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isHalf && _at >= content.Length / 2)
        {
            _isHalf = true;
            await (atHalf?.Invoke() ?? Task.CompletedTask);
        }

        if (_at == content.Length && IsCut)
            throw new EndOfStreamException();
        var count = Math.Min(buffer.Length, content.Length - _at);
        content.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }
}
