using System.Globalization;
using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>
/// Resumable uploads by the protocol tus 1.0 (tus.io), with its extensions creation, expiration, checksum and termination. Protocol
/// section 7.
/// </summary>
internal sealed class TusEndpoints(
    ResumableUploads uploads,
    UploadSlots slots,
    IFileAddresses addresses,
    UploadPace pace,
    UploadOptions options,
    UploadRefusals refusals,
    FileTransferMetrics metrics,
    TimeProvider clock
)
{
    private const string Version = "1.0.0";
    private const string PatchType = "application/offset+octet-stream";
    private const int MaxMetadata = 8 * 1024;

    private static ErrorResponse NoUpload => ErrorResponse.NotFound("There is no such upload, or it has expired.");

    private static ErrorResponse TooMany => ErrorResponse.PayloadTooLarge("The body has more bytes than the upload.");

    /// <summary>Says what the server can do; needs no version.</summary>
    public IResult Describe(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers["Tus-Resumable"] = Version;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = "creation,expiration,checksum,termination";
        headers["Tus-Checksum-Algorithm"] = UploadChecksum.Algorithms;
        headers["Tus-Max-Size"] = Number(options.MaxSize);
        return Results.NoContent();
    }

    public async Task<IResult> Create(HttpContext http)
    {
        if (Refuse(http) is { } refusal)
            return refusal;
        if (!TryNumber(http.Request.Headers["Upload-Length"], out var length))
            return ErrorResponse.BadRequest("Upload-Length must be the number of bytes of the file.");
        if (length > options.MaxSize)
            return refusals.TooLarge();
        if (length == 0)
            return refusals.Empty();
        if (!TryMetadata(http.Request.Headers["Upload-Metadata"].ToString(), out var metadata))
            return ErrorResponse.BadRequest("Upload-Metadata must be keys with values in Base64.");
        if ((metadata.GetValueOrDefault("filename") ?? metadata.GetValueOrDefault("name")) is not { Length: > 0 } name)
            return ErrorResponse.BadRequest("Upload-Metadata must have a filename.");
        var type = metadata.GetValueOrDefault("filetype") ?? metadata.GetValueOrDefault("type");
        if (await uploads.Create(http.Caller().UserId, name, OneLine(type), length, http.RequestAborted) is not { } upload)
            return refusals.OverQuota();
        Expires(http, upload);
        return Results.Created($"{http.Request.Path}/{upload.Id}", null);
    }

    /// <summary>Says how much of an upload has arrived.</summary>
    public async Task<IResult> Show(HttpContext http, string id)
    {
        if (Refuse(http) is { } refusal)
            return refusal;
        if (await Find(http, id, http.RequestAborted) is not { } upload)
            return NoUpload;
        http.Response.Headers["Upload-Offset"] = Number(upload.Received);
        http.Response.Headers["Upload-Length"] = Number(upload.Length);
        Expires(http, upload);
        return Results.Ok();
    }

    public async Task<IResult> Receive(HttpContext http, string id)
    {
        if (Refuse(http) is { } refusal)
            return refusal;
        if (http.Request.ContentType != PatchType)
            return ErrorResponse.UnsupportedMediaType($"The body must be {PatchType}.");
        if (!TryNumber(http.Request.Headers["Upload-Offset"], out var offset))
            return ErrorResponse.BadRequest("Upload-Offset must be the place of the first byte.");
        UploadChecksum? checksum = null;
        if (http.Request.Headers["Upload-Checksum"].ToString() is { Length: > 0 } header && !UploadChecksum.TryParse(header, out checksum))
            return ErrorResponse.BadRequest($"Upload-Checksum must be a checksum in Base64, by one of {UploadChecksum.Algorithms}.");
        using var slot = slots.TryTake(http.Caller().UserId, out var byUser);
        if (slot is null)
            return refusals.NoPlace(byUser);
        if (await Find(http, id, CancellationToken.None) is not { } upload)
            return NoUpload;
        if (upload.Received != offset)
            return Conflict(upload);
        if (upload.IsComplete)
            return Done(http, upload);
        if (http.Request.ContentLength > upload.Length - offset)
            return TooMany;
        UploadBody.Open(http, null);
        // Without the request's own token: what has arrived is kept, although the client is gone.
        await using var body = new TimedBody(http.Request.Body, pace, options, metrics.Uploaded, clock, CancellationToken.None);
        return ResponseTo(http, upload, await uploads.Receive(upload, body, checksum));
    }

    public async Task<IResult> Remove(HttpContext http, string id)
    {
        if (Refuse(http) is { } refusal)
            return refusal;
        if (await Find(http, id, http.RequestAborted) is not { } upload)
            return NoUpload;
        await uploads.Remove(upload, http.RequestAborted);
        return Results.NoContent();
    }

    private IResult ResponseTo(HttpContext http, OpenUpload upload, ReceivedResult result) =>
        result switch
        {
            ReceivedResult.Received received => Done(http, upload with { Received = received.Offset, ChangedAt = clock.GetUtcNow() }),
            ReceivedResult.Finished { Result: UploadResult.Stored } => Done(http, upload with { Received = upload.Length }),
            ReceivedResult.Finished finished => refusals.Of(finished.Result),
            ReceivedResult.TooMany => TooMany,
            ReceivedResult.Gone => NoUpload,
            ReceivedResult.Busy => UploadRefusals.Locked,
            // The protocol's own status.
            ReceivedResult.Mismatch => new ErrorResponse(
                460,
                "CHECKSUM_MISMATCH",
                "checksum mismatch",
                "The bytes do not have their checksum."
            ),
            _ => Conflict(upload),
        };

    private IResult Done(HttpContext http, OpenUpload upload)
    {
        http.Response.Headers["Upload-Offset"] = Number(upload.Received);
        if (upload.IsComplete)
            http.Response.Headers["Upload-File-Url"] = addresses.Sign(upload.Id);
        else
            Expires(http, upload);
        return Results.NoContent();
    }

    private static ErrorResponse Conflict(OpenUpload upload) =>
        ErrorResponse.Conflict($"Upload-Offset is not the number of bytes that have arrived. Ask for it with HEAD: {upload.Id}.");

    private Task<OpenUpload?> Find(HttpContext http, string id, CancellationToken cancellationToken) =>
        FileId.TryParse(id, out var file)
            ? uploads.Find(http.Caller().UserId, file, cancellationToken)
            : Task.FromResult<OpenUpload?>(null);

    private void Expires(HttpContext http, OpenUpload upload) =>
        http.Response.Headers["Upload-Expires"] = uploads.EndOf(upload).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Every response names the version; every request but OPTIONS must.</summary>
    private static ErrorResponse? Refuse(HttpContext http)
    {
        http.Response.Headers["Tus-Resumable"] = Version;
        if (http.Request.Headers["Tus-Resumable"] == Version)
            return null;
        http.Response.Headers["Tus-Version"] = Version;
        return new ErrorResponse(412, "PRECONDITION_FAILED", "precondition failed", $"Tus-Resumable must be {Version}.");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool TryNumber(string? text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string? OneLine(string? type) => type is { Length: <= 255 } && !type.Any(char.IsControl) ? type : null;

    private static bool TryMetadata(string text, out Dictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length > MaxMetadata)
            return false;
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split(' ', 2);
            var bytes = new byte[MaxMetadata];
            if (!Convert.TryFromBase64String(parts.ElementAtOrDefault(1) ?? "", bytes, out var length))
                return false;
            values[parts[0]] = Encoding.UTF8.GetString(bytes, 0, length);
        }

        return true;
    }
}
