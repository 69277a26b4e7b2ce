namespace Chatbox.Node.Files.Store;

/// <summary>How files are stored in Amazon S3, or in another service with the same protocol. Its text contains no secret.</summary>
public sealed record S3Options
{
    /// <summary>Bucket that exists and holds nothing else (<c>S3_BUCKET</c>).</summary>
    public required string Bucket { get; init; }

    /// <summary>Region of the bucket (<c>S3_REGION</c>); null for that of the platform.</summary>
    public string? Region { get; init; }

    /// <summary>Address of a service other than Amazon's (<c>S3_ENDPOINT</c>).</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Access key (<c>S3_ACCESS_KEY_ID</c>, <c>S3_SECRET_ACCESS_KEY</c>); null for the credentials of the platform.</summary>
    public S3AccessKey? AccessKey { get; init; }

    /// <summary>Whether the bucket is in the path instead of the host name (<c>S3_USE_PATH_STYLE</c>).</summary>
    public bool UsePathStyle { get; init; }

    /// <summary>Encryption that every object is stored with (<c>S3_SERVER_SIDE_ENCRYPTION</c>).</summary>
    public S3Encryption Encryption { get; init; }

    /// <summary>Id of the key for <see cref="S3Encryption.Kms"/> (<c>S3_KMS_KEY_ID</c>); null for the key of the account.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>When requests carry the additional checksums of Amazon (<c>S3_CHECKSUMS</c>).</summary>
    public S3Checksums Checksums { get; init; }

    /// <summary>Whether clients load files from the service itself (<c>S3_DIRECT_DOWNLOADS</c>).</summary>
    public bool DirectDownloads { get; init; }

    /// <summary>Origins from which clients load files; none if the node serves the files.</summary>
    public IReadOnlyList<string> DownloadSources =>
        (DirectDownloads, Endpoint) switch
        {
            (false, _) => [],
            (_, { } address) =>
            [
                UsePathStyle ? address.GetLeftPart(UriPartial.Authority) : $"{address.Scheme}://{Bucket}.{address.Authority}",
            ],
            // Amazon's addresses with and without the region, and those of buckets that cannot be in a host name.
            _ =>
            [
                $"https://{Bucket}.s3.amazonaws.com",
                $"https://{Bucket}.s3.{Region}.amazonaws.com",
                $"https://s3.{Region}.amazonaws.com",
            ],
        };

    public override string ToString() => $"S3 bucket {Bucket}";
}

/// <summary>An access key of S3. Its text does not contain the secret.</summary>
public sealed record S3AccessKey(string Id, string Secret)
{
    public override string ToString() => "S3 access key";
}

/// <summary>The encryption that S3 is asked for.</summary>
public enum S3Encryption
{
    /// <summary>None is asked for: the bucket decides.</summary>
    None,

    /// <summary>With keys of the service (SSE-S3).</summary>
    Aes256,

    /// <summary>With a key of the account's key management service (SSE-KMS).</summary>
    Kms,
}

/// <summary>When requests to S3 carry the additional checksums that Amazon introduced in 2024.</summary>
public enum S3Checksums
{
    /// <summary>Whenever the request supports them.</summary>
    WhenSupported,

    /// <summary>Only where the protocol requires one. Requests are signed in any case.</summary>
    WhenRequired,
}
