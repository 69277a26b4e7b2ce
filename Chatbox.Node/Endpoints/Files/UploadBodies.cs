using System.Text.Json.Serialization;
using Chatbox.Actors.Files;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Uploads;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>An uploaded file, as in the replaced service.</summary>
/// <param name="FileUrl">Good for a limited time, for whoever has it.</param>
internal sealed record UploadedBody(string FileId, string FileUrl, long Size, string MimeType)
{
    public static UploadedBody Of(StoredFile file, IFileAddresses addresses) =>
        new(file.Id.Value, addresses.Sign(file.Id), file.Size, file.MimeType);
}

/// <summary>The responses to uploads that are not accepted. Protocol section 7.</summary>
internal static class UploadRefusals
{
    /// <summary>Value of <c>Retry-After</c>: by then one of the uploads may be over, or the store back.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static ErrorResponse TooSlow =>
        new(StatusCodes.Status408RequestTimeout, "REQUEST_TIMEOUT", "request timeout", "The upload took too long, or paused for too long.");

    public static ErrorResponse OverQuota =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            "QUOTA_EXCEEDED",
            "quota exceeded",
            "There is not enough room for this file. Delete conversations with files to make room."
        );

    public static ErrorResponse Busy => Unavailable("This server receives too many files right now.");

    public static RateLimitedResponse TooManyAtOnce => new(RetryAfter, "Too many uploads of this user at once.");

    public static ErrorResponse TooLarge(long most) => ErrorResponse.PayloadTooLarge($"A file may have at most {Shown(most)}.");

    public static ErrorResponse Unavailable(string message) => ErrorResponse.Unavailable(message) with { RetryAfter = RetryAfter };

    /// <summary>The response to a file that is received and not stored.</summary>
    public static ErrorResponse Of(UploadResult result) =>
        result switch
        {
            UploadResult.Refused refused => Of(refused.Fault, refused.Message),
            UploadResult.Undecided undecided => Unavailable(undecided.Message),
            _ => OverQuota,
        };

    public static ErrorResponse Of(FileFault fault, string message) =>
        (
            fault.Status switch
            {
                StatusCodes.Status413PayloadTooLarge => ErrorResponse.PayloadTooLarge(message),
                StatusCodes.Status415UnsupportedMediaType => ErrorResponse.UnsupportedMediaType(message),
                var status => new ErrorResponse(status, "FILE_REFUSED", "file refused", message),
            }
        ) with
        {
            Reason = fault.Label,
        };

    private static string Shown(long bytes) =>
        bytes switch
        {
            >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20} MB",
            >= 1 << 10 when bytes % (1 << 10) == 0 => $"{bytes >> 10} KB",
            _ => $"{bytes} bytes",
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UploadedBody))]
internal sealed partial class UploadJson : JsonSerializerContext;
