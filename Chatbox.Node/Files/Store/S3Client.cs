using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Internal;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// The client of Amazon's package, which also tries again after a 400 that says nothing. S3 explains each 400 of its own; a bare one comes
/// from the HTTP server in front. Ceph's sends it if it refused the request before on the same connection without reading its body, and then
/// takes the rest of that body for the next request.
/// </summary>
internal sealed class S3Client : AmazonS3Client
{
    /// <summary>A client with the credentials of the platform.</summary>
    public S3Client(AmazonS3Config config)
        : base(config) { }

    public S3Client(S3AccessKey key, AmazonS3Config config)
        : base(key.Id, key.Secret, config) { }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new RetryPolicy(Config)));
    }

    private sealed class RetryPolicy(IClientConfig config) : AmazonS3StandardRetryPolicy(config)
    {
        public override async Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception) =>
            IsBare(exception) || await base.RetryForExceptionAsync(executionContext, exception);

        private static bool IsBare(Exception exception) =>
            exception
                is AmazonServiceException
                {
                    StatusCode: HttpStatusCode.BadRequest,
                    ErrorCode: null or "" or nameof(HttpStatusCode.BadRequest)
                };
    }
}
