using System.Security.Cryptography;

namespace Chatbox.Node.Files.Uploads;

/// <summary>The checksum of the bytes of one request. tus 1.0, extension "checksum".</summary>
internal sealed record UploadChecksum(HashAlgorithmName Algorithm, byte[] Hash)
{
    /// <summary>The algorithms, as the protocol names them.</summary>
    public const string Algorithms = "sha1,sha256";

    /// <summary>Reads the header <c>Upload-Checksum</c>: the algorithm, a space, and the hash in Base64.</summary>
    public static bool TryParse(string header, out UploadChecksum? checksum)
    {
        checksum = null;
        var space = header.IndexOf(' ');
        var hash = new byte[SHA256.HashSizeInBytes + 2];
        if (space < 0 || !Convert.TryFromBase64String(header[(space + 1)..].Trim(), hash, out var length))
            return false;
        var (algorithm, expected) = header[..space] switch
        {
            "sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            "sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ => default,
        };
        if (expected == 0 || length != expected)
            return false;
        checksum = new UploadChecksum(algorithm, hash[..length]);
        return true;
    }

    /// <summary>Whether the bytes have this checksum.</summary>
    public async Task<bool> Matches(Stream bytes)
    {
        bytes.Position = 0;
        // Detects damage on the way and nothing else, so the algorithm that every client of the protocol knows is good enough.
        var computed = await CryptographicOperations.HashDataAsync(Algorithm, bytes);
        return computed.AsSpan().SequenceEqual(Hash);
    }
}
