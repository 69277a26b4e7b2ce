using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Import;

/// <summary>
/// Decrypts content of the replaced service: base64 of a nonce of 12 bytes, the ciphertext of AES-256-GCM without associated data, and a tag of
/// 16 bytes. Protocol section 10.
/// </summary>
internal sealed class OldContent(SealingKey key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Decrypts a text; invalid UTF-8 becomes U+FFFD.</summary>
    /// <exception cref="FormatException">The content has another format, or the key does not decrypt it. The message contains no content.</exception>
    public string Open(string content)
    {
        var record = new byte[content.Length];
        if (!Convert.TryFromBase64String(content, record, out var length) || length < NonceBytes + TagBytes)
            throw new FormatException("is not in the format of the legacy service");
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
            throw new FormatException("cannot be decrypted with IMPORT_ENCRYPTION_KEY: it was encrypted with another key, or is damaged");
        }
    }
}
