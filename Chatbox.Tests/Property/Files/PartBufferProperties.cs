using Chatbox.Node.Files.Store;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Files;

/// <summary>Parts are a content's bytes in order, all of them full but the last, however the content arrives.</summary>
public sealed class PartBufferProperties
{
    [Property(MaxTest = 50)]
    public void Parts_are_the_content(ushort size, byte pace)
    {
        const int capacity = 150_000; // more than the buffer begins with
        var content = new byte[size * 7];
        new Random(size).NextBytes(content);
        using var part = new PartBuffer(capacity);
        using var slow = new SlowStream(content, 97 * (pace + 1));
        using var joined = new MemoryStream();

        do
        {
            part.Fill(slow, default).GetAwaiter().GetResult();
            Assert.True(part.IsFull || joined.Length + part.Length == content.Length);
            using var body = part.Open();
            Assert.Equal(part.Length, body.Length);
            body.CopyTo(joined);
        } while (part.IsFull);

        Assert.Equal(content, joined.ToArray());
    }

    /// <summary>A content that arrives in small pieces.</summary>
    private sealed class SlowStream(byte[] content, int pace) : ForwardStream
    {
        private int _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(pace, buffer.Length), content.Length - _at);
            content.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return ValueTask.FromResult(count);
        }
    }
}
