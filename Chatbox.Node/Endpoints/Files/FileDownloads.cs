using System.Globalization;
using Chatbox.Actors.Files;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>Serves files, whole or in ranges, or sends clients to the store's own address.</summary>
internal sealed class FileDownloads(
    FilePermission permission,
    IFileStore store,
    FileStoreOptions options,
    FileTransferMetrics metrics,
    TimeProvider clock
)
{
    /// <summary>The same refusal for unknown ids, removed files and files that the caller may not open.</summary>
    public static ErrorResponse NoFile => ErrorResponse.NotFound("There is no such file, or it was deleted.");

    public async Task<IResult> Serve(HttpContext http, string id, bool isThumbnail)
    {
        if (await permission.Find(http, id) is not { } file)
            return NoFile;
        SetCaching(http);
        if (isThumbnail)
        {
            if (!file.MimeType.StartsWith("image/", StringComparison.Ordinal))
                return NoFile;
            if (await store.OpenRead(FileKey.Thumbnail(file.Id), 0, null, http.RequestAborted) is { } picture)
                return FileContent.OfThumbnail(http, file, picture, metrics);
            // An image without a small picture is small itself, or consists of shapes.
        }

        // The store's address is signed for GET alone.
        if (
            HttpMethods.IsGet(http.Request.Method)
            && await store.DirectAddress(file, options.UrlLifetime, http.RequestAborted) is { } address
        )
        {
            http.Response.Headers.CacheControl = "no-store";
            return Results.Redirect(address.AbsoluteUri);
        }

        return new FileContent(file, store, metrics);
    }

    // A response to a request with a token has been marked as not to be stored.
    private void SetCaching(HttpContext http)
    {
        if (
            http.Features.Get<TokenIdentity>() is null
            && long.TryParse(http.Request.Query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var until)
        )
            http.Response.Headers.CacheControl = string.Create(
                CultureInfo.InvariantCulture,
                $"private, max-age={Math.Max(0, until - clock.GetUtcNow().ToUnixTimeSeconds())}"
            );
    }
}
