using System.Net;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Keeps files in a bucket of Amazon S3, or of another service with the same protocol. An object appears whole or not at all: a short one is
/// sent in one request, a longer one in parts that become an object with the last request.
/// </summary>
internal sealed class S3FileStore : IFileStore, IDisposable
{
    /// <summary>Bytes of every part but the last: at most 10 000 parts (Amazon's limit) are 80 GB. In memory for each write in progress.</summary>
    public const int PartBytes = 8 * 1024 * 1024;

    /// <summary>Greatest number of writes at a time, each with a part in memory: 128 MiB together. Further ones wait.</summary>
    public const int MostWrites = 16;

    private readonly SemaphoreSlim _writes = new(MostWrites);
    private readonly S3Options _options;
    private readonly TimeProvider _clock;
    private readonly S3Calls _calls;
    private readonly S3Client _client;
    private readonly S3Multipart _multipart;

    // One key per process: checks do not accumulate objects, whatever interrupts them.
    private readonly FileKey _checked = new($"check/{Guid.NewGuid():n}");

    public S3FileStore(S3Options options, TimeProvider clock)
    {
        (_options, _clock, _calls) = (options, clock, new S3Calls(options, clock));
        var config = ConfigurationOf(options);
        _client = options.AccessKey is { } key ? new S3Client(key, config) : new S3Client(config);
        _multipart = new S3Multipart(_client, options, _calls);
    }

    public async Task Write(FileKey key, Stream content, CancellationToken cancellationToken)
    {
        await _writes.WaitAsync(cancellationToken);
        try
        {
            await WriteNow(key, content, cancellationToken);
        }
        finally
        {
            _writes.Release();
        }
    }

    private async Task WriteNow(FileKey key, Stream content, CancellationToken cancellationToken)
    {
        using var part = new PartBuffer(PartBytes);
        await part.Fill(content, cancellationToken);
        try
        {
            if (part.IsFull)
                await _multipart.Write(key, part, content, cancellationToken);
            else
                await WriteWhole(key, part, cancellationToken);
        }
        catch
        {
            part.Abandon();
            throw;
        }
    }

    public async Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        var request = new GetObjectRequest { BucketName = _options.Bucket, Key = key.Value };
        // No range has no bytes. One byte shows whether there is such an object.
        var last = length is { } bytes and < long.MaxValue / 2 ? offset + Math.Max(bytes, 1) - 1 : (long?)null;
        if (offset > 0 || last is not null)
            request.ByteRange = new ByteRange($"bytes={offset}-{last}");
        return await _calls.Run(
            async either =>
            {
                try
                {
                    var content = new S3Stream(await _client.GetObjectAsync(request, either), _calls);
                    return length is { } most ? new LimitedStream(content, most) : (Stream)content;
                }
                catch (AmazonS3Exception e) when (S3Calls.IsAbsent(e))
                {
                    return null;
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return Stream.Null;
                }
            },
            cancellationToken
        );
    }

    public async Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        var response = await Remove(key.Value, version: null, cancellationToken);
        // The bucket keeps versions, and has only hidden the object. Erased bytes must not stay.
        if (response.DeleteMarker is "true")
            await RemoveVersions(key.Value, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix };
        do
        {
            var page = await _calls.Run(either => _client.ListObjectsV2Async(request, either), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
                yield return new StoredObject(new FileKey(found.Key), found.Size ?? 0, found.LastModified ?? default(DateTime));
            request.ContinuationToken = page.IsTruncated is true ? page.NextContinuationToken : null;
        } while (request.ContinuationToken is not null);
    }

    public async ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (!_options.DirectDownloads)
            return null;
        var request = new GetPreSignedUrlRequest
        {
            BucketName = _options.Bucket,
            Key = FileKey.Content(file.Id).Value,
            Verb = HttpVerb.GET,
            Expires = (_clock.GetUtcNow() + lifetime).UtcDateTime,
            Protocol = _options.Endpoint is { Scheme: "http" } ? Protocol.HTTP : Protocol.HTTPS,
            ResponseHeaderOverrides = new ResponseHeaderOverrides
            {
                ContentType = file.MimeType,
                ContentDisposition = FileDisposition.Of(file),
                CacheControl = "private",
            },
        };
        return new Uri(await _calls.Run(_ => _client.GetPreSignedURLAsync(request), cancellationToken));
    }

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) =>
        _multipart.RemoveOlderThan(_clock.GetUtcNow() - age, cancellationToken);

    public async Task Check(CancellationToken cancellationToken)
    {
        // Without waiting for other writes: the check has a deadline of its own.
        await WriteNow(_checked, new MemoryStream([1]), cancellationToken);
        await using (var written = await OpenRead(_checked, 0, null, cancellationToken))
            if (written is null || await written.ReadAsync(new byte[1], cancellationToken) != 1)
                throw new FileStoreUnavailableException($"The bucket {_options.Bucket} does not have what was just written to it.");
        await Delete(_checked, cancellationToken);
    }

    public void Dispose()
    {
        _client.Dispose();
        _writes.Dispose();
    }

    private async Task WriteWhole(FileKey key, PartBuffer part, CancellationToken cancellationToken)
    {
        using var body = part.Open();
        var request = new PutObjectRequest
        {
            BucketName = _options.Bucket,
            Key = key.Value,
            InputStream = body,
            AutoCloseStream = false,
            ContentType = MediaTypeNames.Application.Octet,
            ServerSideEncryptionMethod = S3Multipart.EncryptionOf(_options),
            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
        };
        await _calls.Run(either => _client.PutObjectAsync(request, either), cancellationToken);
    }

    private Task<DeleteObjectResponse> Remove(string key, string? version, CancellationToken cancellationToken) =>
        _calls.Run(
            either =>
                _client.DeleteObjectAsync(
                    new DeleteObjectRequest
                    {
                        BucketName = _options.Bucket,
                        Key = key,
                        VersionId = version,
                    },
                    either
                ),
            cancellationToken
        );

    private async Task RemoveVersions(string key, CancellationToken cancellationToken)
    {
        var request = new ListVersionsRequest { BucketName = _options.Bucket, Prefix = key };
        while (true)
        {
            var page = await _calls.Run(either => _client.ListVersionsAsync(request, either), cancellationToken);
            foreach (var version in (page.Versions ?? []).Where(version => version.Key == key))
                await Remove(key, version.VersionId, cancellationToken);
            if (page.IsTruncated is not true)
                return;
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
    }

    private static AmazonS3Config ConfigurationOf(S3Options options)
    {
        var always = options.Checksums == S3Checksums.WhenSupported;
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.UsePathStyle,
            Timeout = S3Calls.AttemptDeadline,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = S3Calls.Retries,
            RequestChecksumCalculation = always ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = always ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } address)
            (config.ServiceURL, config.AuthenticationRegion) = (address.ToString(), options.Region);
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        return config;
    }
}
