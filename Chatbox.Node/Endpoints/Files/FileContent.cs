using Chatbox.Actors.Files;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Telemetry;
using Microsoft.Net.Http.Headers;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>
/// A response with the bytes of a file, or with a range of them (RFC 9110, section 14). Nothing in the file runs in a browser, and no
/// address can be guessed from it.
/// </summary>
internal sealed class FileContent(StoredFile file, IFileStore store, FileTransferMetrics metrics) : IResult
{
    private const string ThumbnailType = "image/webp";

    // Scripts are off in both. Viewers of PDF do not work in a sandbox.
    private const string Policy =
        "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    private const string Sandbox = $"{Policy}; sandbox";

    /// <summary>The small picture of an image. It has no ranges: its length in the store is not that of its content.</summary>
    public static IResult OfThumbnail(HttpContext http, StoredFile file, Stream picture, FileTransferMetrics metrics)
    {
        http.Response.Headers.ContentSecurityPolicy = Sandbox;
        http.Response.Headers.ContentDisposition = "inline";
        return Results.Stream(new CountedStream(picture, metrics.Downloaded), ThumbnailType, entityTag: TagOf(file, "-thumbnail"));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        // Units that are not known are ignored (RFC 9110, section 14.2); the framework takes them for bytes.
        if (!request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            request.Headers.Remove("Range");
        response.Headers.ContentSecurityPolicy = file.MimeType == "application/pdf" ? Policy : Sandbox;
        response.Headers.ContentDisposition = FileDisposition.Of(file);
        await using var content = new StoredFileStream(
            file.Size,
            // Whoever reads has told the length of the response by then.
            (offset, cancellationToken) => Open(offset, response.ContentLength, cancellationToken)
        );
        try
        {
            await Results
                .Stream(content, file.MimeType, lastModified: file.StoredAt, entityTag: TagOf(file, ""), enableRangeProcessing: true)
                .ExecuteAsync(httpContext);
        }
        catch (FileNotFoundException) when (!response.HasStarted)
        {
            // Removed since it was looked up.
            response.Clear();
            await FileDownloads.NoFile.ExecuteAsync(httpContext);
        }
    }

    private async Task<Stream?> Open(long offset, long? length, CancellationToken cancellationToken) =>
        await store.OpenRead(FileKey.Content(file.Id), offset, length, cancellationToken) is { } content
            ? new CountedStream(content, metrics.Downloaded)
            : null;

    // The content of an id never changes.
    private static EntityTagHeaderValue TagOf(StoredFile file, string part) => new($"\"{file.Id}{part}\"");
}
