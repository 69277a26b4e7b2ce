using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Sealing;

/// <summary>A key and what it is called. Printing it shows the id alone.</summary>
public sealed class SealingKey
{
    /// <summary>Length of every key, in bytes.</summary>
    public const int Length = 32;

    /// <summary>What the key of <c>ENCRYPTION_KEY</c> is called.</summary>
    public const string DefaultId = "default";

    private readonly byte[] _bytes;

    /// <exception cref="ArgumentException">The id or the length is not one of a key.</exception>
    public SealingKey(string id, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A key has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        (Id, Header) = (id, SealedRecord.HeaderOf(id));
        _bytes = bytes.ToArray();
    }

    public string Id { get; }

    internal byte[] Header { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    public override string ToString() => Id;
}
