using System.Text;

namespace Chatbox.Actors.Sealing;

/// <summary>
/// The parts of an encrypted record: version (1 byte), length of the key id (1 byte), key id (ASCII), nonce (12 bytes), ciphertext, tag
/// (16 bytes). The header is everything before the nonce.
/// </summary>
public readonly ref struct SealedRecord
{
    /// <summary>The only version of the record format.</summary>
    public const byte Version = 1;

    /// <summary>Longest key id, in characters.</summary>
    public const int MaxKeyId = 32;

    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    private const int FixedHeader = 2;

    private SealedRecord(ReadOnlySpan<byte> header, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, ReadOnlySpan<byte> tag)
    {
        Header = header;
        Nonce = nonce;
        Content = content;
        Tag = tag;
    }

    public ReadOnlySpan<byte> Header { get; }

    public ReadOnlySpan<byte> Nonce { get; }

    public ReadOnlySpan<byte> Content { get; }

    public ReadOnlySpan<byte> Tag { get; }

    /// <summary>The id of the key that encrypted the record.</summary>
    public string KeyId => Encoding.ASCII.GetString(Header[FixedHeader..]);

    /// <summary>The header of a record that the key encrypts.</summary>
    /// <exception cref="ArgumentException">The id is not valid; see <see cref="IsKeyId"/>.</exception>
    public static byte[] HeaderOf(string keyId) =>
        IsKeyId(keyId)
            ? [Version, (byte)keyId.Length, .. Encoding.ASCII.GetBytes(keyId)]
            : throw new ArgumentException($"{keyId} cannot be a key's id.", nameof(keyId));

    /// <summary>Whether the text is a valid key id: 1 to 32 ASCII letters, digits, dots, dashes and underscores.</summary>
    public static bool IsKeyId(string text) =>
        text.Length is > 0 and <= MaxKeyId && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>Splits a record into its parts without decrypting it.</summary>
    /// <exception cref="ContentSealedException">The bytes are no record, or a record of a later version.</exception>
    public static SealedRecord Parse(ReadOnlySpan<byte> record)
    {
        if (record.Length < FixedHeader || record[0] != Version)
            throw new ContentSealedException("The content is no sealed record of a version that this node knows.");
        var header = FixedHeader + record[1];
        if (record.Length < header + NonceBytes + TagBytes || !IsKeyId(Encoding.ASCII.GetString(record[FixedHeader..header])))
            throw new ContentSealedException("The sealed record is damaged.");
        var body = record[(header + NonceBytes)..];
        return new SealedRecord(record[..header], record.Slice(header, NonceBytes), body[..^TagBytes], body[^TagBytes..]);
    }
}
