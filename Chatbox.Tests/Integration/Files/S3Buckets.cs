using Amazon.S3;
using Amazon.S3.Model;
using Chatbox.Node.Files.Store;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Integration.Files;

/// <summary>Creates empty buckets for tests, on one server that starts on first use.</summary>
public sealed class S3Buckets : IAsyncLifetime
{
    private readonly Lazy<Task<CephServer>> _server = new(CephServer.Start);

    internal Task<CephServer> Server => _server.Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await Server).DisposeAsync();
    }

    internal async Task<S3Bucket> Make(bool keepsVersions = false)
    {
        var bucket = new S3Bucket((await Server).Address, $"test-{Guid.NewGuid():n}");
        await bucket.Client.PutBucketAsync(bucket.Options.Bucket);
        if (keepsVersions)
            await bucket.Client.PutBucketVersioningAsync(
                new PutBucketVersioningRequest
                {
                    BucketName = bucket.Options.Bucket,
                    VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
                }
            );
        return bucket;
    }
}

/// <summary>Runs the tests with buckets one after the other: some of them stop the server.</summary>
[CollectionDefinition(Name)]
public sealed class S3Collection : ICollectionFixture<S3Buckets>
{
    public const string Name = "s3";
}

/// <summary>A bucket of its own for one test, with a client that sees more than the store.</summary>
internal sealed class S3Bucket : IDisposable
{
    public S3Bucket(Uri address, string name)
    {
        Options = new S3Options
        {
            Bucket = name,
            Region = "us-east-1",
            Endpoint = address,
            UsePathStyle = true,
            AccessKey = new S3AccessKey(CephServer.AccessKey, CephServer.SecretKey),
            Checksums = S3Checksums.WhenRequired,
            DirectDownloads = true,
        };
        Client = new AmazonS3Client(
            CephServer.AccessKey,
            CephServer.SecretKey,
            new AmazonS3Config
            {
                ServiceURL = address.ToString(),
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
            }
        );
    }

    public S3Options Options { get; }

    public AmazonS3Client Client { get; }

    /// <summary>The settings of a node whose files are here.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["S3_BUCKET"] = Options.Bucket,
            ["S3_ENDPOINT"] = $"{Options.Endpoint}",
            ["S3_USE_PATH_STYLE"] = "true",
            ["S3_ACCESS_KEY_ID"] = CephServer.AccessKey,
            ["S3_SECRET_ACCESS_KEY"] = CephServer.SecretKey,
        };

    /// <summary>Every object, every hidden version and every unfinished upload, but for the node's own checks.</summary>
    public async Task<IReadOnlyList<string>> Everything()
    {
        var versions = await Client.ListVersionsAsync(new ListVersionsRequest { BucketName = Options.Bucket });
        var uploads = await Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Options.Bucket });
        return
        [
            .. (versions.Versions ?? [])
                .Where(version => !version.Key.StartsWith("check/", StringComparison.Ordinal))
                .Select(version => $"{version.Key} {version.VersionId}"),
            .. (uploads.MultipartUploads ?? []).Select(upload => $"{upload.Key} (unfinished)"),
        ];
    }

    public void Dispose() => Client.Dispose();
}
