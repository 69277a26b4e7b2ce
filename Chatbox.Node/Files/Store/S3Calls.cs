using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Store;

/// <summary>Carries out requests to S3 with a deadline, and turns their failures into texts for operators.</summary>
internal sealed class S3Calls(S3Options options, TimeProvider clock)
{
    /// <summary>Longest time of one attempt.</summary>
    public static readonly TimeSpan AttemptDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Longest time of a request with all its attempts, and of one read of a response.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Attempts after the first one.</summary>
    public const int Retries = 2;

    /// <exception cref="FileStoreUnavailableException">The service did not respond in time, or refused.</exception>
    public async Task<T> Run<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (IsOfTheService(e))
        {
            throw new FileStoreUnavailableException($"{Where}: {Explain(e)}", e) { IsRefusal = IsRefusal(e) };
        }
    }

    /// <summary>Whether the service says that there is no such object.</summary>
    public static bool IsAbsent(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != NoSuchBucket;

    private const string NoSuchBucket = "NoSuchBucket";

    private string Where =>
        $"The bucket {options.Bucket}{(options.Endpoint is { } address ? $" at {address.Authority}" : "")} cannot be used";

    private static bool IsOfTheService(Exception e) =>
        e
            is AmazonServiceException
                or AmazonClientException
                or HttpRequestException
                or IOException
                or OperationCanceledException
                or TimeoutException;

    private static bool IsRefusal(Exception e) =>
        e is AmazonServiceException { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.InternalServerError } refused
            && refused.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
        || IsWithoutCredentials(e);

    // The package has no exception of its own for it.
    private static bool IsWithoutCredentials(Exception e) =>
        e is AmazonClientException && e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase);

    private static string Explain(Exception e) =>
        (e as AmazonServiceException)?.ErrorCode switch
        {
            "InvalidAccessKeyId" => "the service does not know the access key. Check S3_ACCESS_KEY_ID.",
            "SignatureDoesNotMatch" => "the signature is wrong. Check S3_SECRET_ACCESS_KEY, and S3_REGION.",
            "ExpiredToken" or "InvalidToken" => "the credentials of the platform have expired or are not valid.",
            "AccessDenied" or "AllAccessDisabled" =>
                "access is denied. The credentials need s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucket and"
                    + " s3:ListBucketMultipartUploads for it.",
            NoSuchBucket => "it does not exist. Create it, or check S3_BUCKET.",
            "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
                "it is in another region. Check S3_REGION and S3_ENDPOINT.",
            "RequestTimeTooSkewed" => "the clock of this machine is wrong.",
            "QuotaExceeded" or "EntityTooLarge" => "it is full, or takes no objects of this size.",
            { Length: > 0 } code when e is AmazonServiceException { StatusCode: not 0 } other =>
                $"the service answered {(int)other.StatusCode} {code}.",
            _ when IsWithoutCredentials(e) =>
                "there are no credentials. Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the machine or container a role.",
            _ when e is AmazonServiceException { StatusCode: not 0 } other => $"the service answered {(int)other.StatusCode}.",
            _ => "the service does not respond. Check S3_ENDPOINT and the network.",
        };
}
