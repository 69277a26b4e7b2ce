using Amazon.S3.Model;
using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Store;

/// <summary>The body of a response of S3, each read with a deadline. Owns the response.</summary>
internal sealed class S3Stream(GetObjectResponse response, S3Calls calls) : ForwardStream
{
    /// <exception cref="FileStoreUnavailableException">The service did not send more in time, or the connection broke.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await calls.Run(async either => await response.ResponseStream.ReadAsync(buffer, either), cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            response.Dispose();
        base.Dispose(disposing);
    }
}
