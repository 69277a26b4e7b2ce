using System.Net.Mime;
using Amazon.S3;
using Amazon.S3.Model;
using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Store;

/// <summary>Writes long objects to S3 in parts. Until the last request nothing can be read, and after a failure the parts are removed.</summary>
internal sealed class S3Multipart(AmazonS3Client client, S3Options options, S3Calls calls)
{
    private const string NoSuchUpload = "NoSuchUpload";

    /// <summary>Time for removing the parts of a failed upload. What it does not remove, <see cref="RemoveOlderThan"/> does.</summary>
    private static readonly TimeSpan AbortDeadline = TimeSpan.FromSeconds(10);

    /// <param name="part">The first part, then each following one.</param>
    /// <param name="content">What follows the first part.</param>
    public async Task Write(FileKey key, PartBuffer part, Stream content, CancellationToken cancellationToken)
    {
        var upload = (await calls.Run(either => client.InitiateMultipartUploadAsync(Begin(key), either), cancellationToken)).UploadId;
        try
        {
            var complete = new CompleteMultipartUploadRequest
            {
                BucketName = options.Bucket,
                Key = key.Value,
                UploadId = upload,
            };
            var size = 0L;
            for (var number = 1; part.Length > 0; number++)
            {
                complete.AddPartETags(await Send(key, upload, number, part, cancellationToken));
                size += part.Length;
                await part.Fill(content, cancellationToken);
            }

            await calls.Run(either => Complete(complete, size, either), cancellationToken);
        }
        catch
        {
            await Abort(key.Value, upload);
            throw;
        }
    }

    /// <summary>Removes the parts of uploads that began before a time and never ended.</summary>
    public async Task RemoveOlderThan(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = options.Bucket };
        while (true)
        {
            var page = await calls.Run(either => client.ListMultipartUploadsAsync(request, either), cancellationToken);
            foreach (var upload in (page.MultipartUploads ?? []).Where(upload => upload.Initiated?.ToUniversalTime() < time.UtcDateTime))
                await Remove(upload.Key, upload.UploadId, cancellationToken);
            if (page.IsTruncated is not true)
                return;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <summary>The encryption that the service is asked for; null for none.</summary>
    public static ServerSideEncryptionMethod? EncryptionOf(S3Options options) =>
        options.Encryption switch
        {
            S3Encryption.Aes256 => ServerSideEncryptionMethod.AES256,
            S3Encryption.Kms => ServerSideEncryptionMethod.AWSKMS,
            _ => null,
        };

    private InitiateMultipartUploadRequest Begin(FileKey key) =>
        new()
        {
            BucketName = options.Bucket,
            Key = key.Value,
            ContentType = MediaTypeNames.Application.Octet,
            ServerSideEncryptionMethod = EncryptionOf(options),
            ServerSideEncryptionKeyManagementServiceKeyId = options.KmsKeyId,
        };

    private async Task<UploadPartResponse> Send(
        FileKey key,
        string upload,
        int number,
        PartBuffer part,
        CancellationToken cancellationToken
    )
    {
        using var body = part.Open();
        var request = new UploadPartRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            UploadId = upload,
            PartNumber = number,
            PartSize = part.Length,
            InputStream = body,
        };
        return await calls.Run(either => client.UploadPartAsync(request, either), cancellationToken);
    }

    private async Task<bool> Complete(CompleteMultipartUploadRequest complete, long size, CancellationToken cancellationToken)
    {
        try
        {
            await client.CompleteMultipartUploadAsync(complete, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == NoSuchUpload)
        {
            // A first attempt whose response was lost has completed the upload: then the object is there.
            var written = await client.GetObjectMetadataAsync(complete.BucketName, complete.Key, cancellationToken);
            if (written.ContentLength != size)
                throw;
        }

        return true;
    }

    private async Task Abort(string key, string upload)
    {
        using var deadline = new CancellationTokenSource(AbortDeadline);
        try
        {
            await Remove(key, upload, deadline.Token);
        }
        catch (Exception e) when (e is FileStoreUnavailableException or OperationCanceledException)
        {
            // The first failure counts.
        }
    }

    private Task<bool> Remove(string key, string upload, CancellationToken cancellationToken) =>
        calls.Run(
            async either =>
            {
                try
                {
                    await client.AbortMultipartUploadAsync(options.Bucket, key, upload, either);
                }
                catch (AmazonS3Exception e) when (e.ErrorCode == NoSuchUpload)
                {
                    // Removed or completed meanwhile.
                }

                return true;
            },
            cancellationToken
        );
}
