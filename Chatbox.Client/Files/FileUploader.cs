using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Files;

/// <summary>
/// Sends files. Protocol section 7, "Uploads". A stream that can seek is sent by the protocol tus 1.0 and goes on after a cut where the server's
/// bytes end; any other is sent by one request.
/// </summary>
/// <param name="token">Returns the token to send with.</param>
internal sealed class FileUploader(Uri address, HttpClient http, Func<string?> token, TimeProvider clock)
{
    /// <summary>Bytes of one request. A cut costs at most this much.</summary>
    private const int PartBytes = 4 << 20;

    /// <summary>Tries in a row that bring the upload no further.</summary>
    private const int MostTries = 8;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <exception cref="ChatRequestException">The server refuses the file, or cannot take it even after several tries.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, even after several tries.</exception>
    public Task<UploadedFile> Upload(
        Stream content,
        string name,
        string? type,
        IProgress<UploadProgress>? progress,
        CancellationToken cancellationToken
    ) => content.CanSeek ? Resumable(content, name, type, progress, cancellationToken) : Plain(content, name, type, cancellationToken);

    private async Task<UploadedFile> Plain(Stream content, string name, string? type, CancellationToken cancellationToken)
    {
        using var file = new StreamContent(content);
        if (type is not null)
            file.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var form = new MultipartFormDataContent { { file, "file", name } };
        using var request = Request(HttpMethod.Post, new Uri(address, "upload"));
        request.Content = form;
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await ChatRequestException.Of(response, cancellationToken).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var stored = await JsonSerializer.DeserializeAsync(body, ClientJson.Default.StoredUpload, cancellationToken).ConfigureAwait(false);
        return stored is { FileId.Length: > 0 }
            ? new UploadedFile(stored.FileId, stored.FileUrl, stored.Size ?? 0, stored.MimeType)
            : throw new JsonException("The response to the upload names no file.");
    }

    private async Task<UploadedFile> Resumable(
        Stream content,
        string name,
        string? type,
        IProgress<UploadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var start = content.Position;
        var total = content.Length - start;
        Uri? upload = null;
        var (offset, tries) = (0L, 0);
        while (true)
        {
            try
            {
                if (upload is null)
                    upload = await Begin(total, name, type, cancellationToken).ConfigureAwait(false);
                else if (tries > 0)
                    offset = await Taken(upload, cancellationToken).ConfigureAwait(false);
                content.Position = start + offset;
                var (taken, url) = await Send(upload, content, offset, total, cancellationToken).ConfigureAwait(false);
                (offset, tries) = (taken, 0);
                progress?.Report(new UploadProgress(offset, total));
                if (offset == total)
                    return new UploadedFile(upload.Segments[^1], url, total, null);
            }
            catch (Exception e) when (IsTransient(e) && !cancellationToken.IsCancellationRequested && ++tries < MostTries)
            {
                await Task.Delay(PauseAfter(e, tries), clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Begins an upload and returns its address.</summary>
    private async Task<Uri> Begin(long length, string name, string? type, CancellationToken cancellationToken)
    {
        using var request = Tus(HttpMethod.Post, new Uri(address, "uploads"));
        request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", $"filename {Base64(name)}{(type is null ? "" : $",filetype {Base64(type)}")}");
        using var response = await Sent(request, cancellationToken).ConfigureAwait(false);
        // Only the last part: the server may know itself by another address than the client does.
        var id = (response.Headers.Location?.OriginalString ?? "").TrimEnd('/').Split('/')[^1];
        return id.Length > 0 ? new Uri(address, $"uploads/{id}") : throw new JsonException("The response to the upload names no address.");
    }

    /// <summary>How many bytes the server has.</summary>
    private async Task<long> Taken(Uri upload, CancellationToken cancellationToken)
    {
        using var request = Tus(HttpMethod.Head, upload);
        using var response = await Sent(request, cancellationToken).ConfigureAwait(false);
        return OffsetOf(response);
    }

    private async Task<(long Offset, string? Url)> Send(
        Uri upload,
        Stream content,
        long offset,
        long total,
        CancellationToken cancellationToken
    )
    {
        var part = new byte[Math.Min(PartBytes, total - offset)];
        await content.ReadExactlyAsync(part, cancellationToken).ConfigureAwait(false);
        using var request = Tus(HttpMethod.Patch, upload);
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new ByteArrayContent(part);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using var response = await Sent(request, cancellationToken).ConfigureAwait(false);
        return (OffsetOf(response), response.Headers.TryGetValues("Upload-File-Url", out var url) ? url.First() : null);
    }

    private async Task<HttpResponseMessage> Sent(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ChatRequestException.Of(response, cancellationToken).ConfigureAwait(false);
    }

    private HttpRequestMessage Tus(HttpMethod method, Uri uri)
    {
        var request = Request(method, uri);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, Uri uri)
    {
        var request = new HttpRequestMessage(method, uri);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token());
        return request;
    }

    /// <summary>
    /// Whether the upload can go on. 409 says that the server has another number of bytes than the client believes, 423 that it still stores the file.
    /// </summary>
    private static bool IsTransient(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException or ChatRequestException { IsTransient: true }
        || failure is ChatRequestException { Status: HttpStatusCode.Conflict or HttpStatusCode.Locked };

    private static TimeSpan PauseAfter(Exception failure, int tries)
    {
        var growing = TimeSpan.FromMilliseconds(250 * Math.Pow(2, tries - 1));
        var pause = (failure as ChatRequestException)?.RetryAfter ?? growing;
        return pause < LongestPause ? pause : LongestPause;
    }

    private static long OffsetOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Upload-Offset", out var values)
        && long.TryParse(values.First(), CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new JsonException("The response to the upload has no Upload-Offset.");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
