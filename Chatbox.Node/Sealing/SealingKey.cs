using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Sealing;

/// <summary>An encryption key with its id. Its text contains the id only.</summary>
public sealed class SealingKey
{
    /// <summary>Length of a key in bytes.</summary>
    public const int Length = 32;

    /// <summary>Id of the key in <c>ENCRYPTION_KEY</c>.</summary>
    public const string DefaultId = "default";

    private readonly byte[] _bytes;

    /// <exception cref="ArgumentException">The id or the length is invalid.</exception>
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
