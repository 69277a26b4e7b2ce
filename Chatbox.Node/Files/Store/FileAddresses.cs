using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Messages;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Signs and checks the addresses of files: HMAC-SHA256 over the file's id and the time of expiry, with a key derived from a secret that
/// all nodes have. An address of one file is good for no other file, and for no other time. Thread-safe.
/// </summary>
/// <param name="secret">At least 32 bytes; used for nothing but deriving the key.</param>
/// <param name="prefix">What every address begins with, without a slash at the end: the route prefix, or the public address before it.</param>
/// <param name="lifetime">How long an address is valid.</param>
internal sealed class FileAddresses(ReadOnlySpan<byte> secret, string prefix, TimeSpan lifetime, TimeProvider clock) : IFileAddresses
{
    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        secret.ToArray(),
        32,
        info: "chatbox file addresses v1"u8.ToArray()
    );

    public string Sign(FileId file)
    {
        var expires = (clock.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}/files/{file}?expires={expires}&signature={Signature(file, expires)}");
    }

    /// <summary>Whether the query of an address allows the file to be read now. Takes as long for a wrong signature as for a nearly right one.</summary>
    /// <param name="expires">Seconds since 1970, as in the address.</param>
    public bool Allows(FileId file, string? expires, string? signature) =>
        long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Signature(file, until)), Encoding.UTF8.GetBytes(signature ?? ""))
        && clock.GetUtcNow().ToUnixTimeSeconds() < until;

    // An id has a fixed length, so no id and time can be read as another id and time.
    private string Signature(FileId file, long expires) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{file} {expires.ToString(CultureInfo.InvariantCulture)}"))
        );
}
