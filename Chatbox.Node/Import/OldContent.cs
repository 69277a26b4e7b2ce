using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Import;

/// <summary>
/// What was said, as the replaced service kept it: base64 of a nonce of 12 bytes, the text sealed by AES-256-GCM without associated data,
/// and a tag of 16 bytes. Protocol section 10.
/// </summary>
internal sealed class OldContent(SealingKey key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>The text; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <exception cref="FormatException">It is not of this form, or the key does not open it. The message holds nothing of it.</exception>
    public string Open(string content)
    {
        var record = new byte[content.Length];
        if (!Convert.TryFromBase64String(content, record, out var length) || length < NonceBytes + TagBytes)
            throw new FormatException("is not in the replaced service's form");
        var plain = new byte[length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key.Bytes, TagBytes);
            aes.Decrypt(
                record.AsSpan(0, NonceBytes),
                record.AsSpan(NonceBytes, plain.Length),
                record.AsSpan(length - TagBytes, TagBytes),
                plain
            );
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new FormatException("does not open with IMPORT_ENCRYPTION_KEY: another key sealed it, or it is damaged");
        }
    }
}
