using System.Globalization;
using System.Text.Json.Serialization;
using Chatbox.Actors.Files;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>An uploaded file, as in the replaced service.</summary>
/// <param name="FileUrl">Good for a limited time, for whoever has it.</param>
internal sealed record UploadedBody(string FileId, string FileUrl, long Size, string MimeType)
{
    public static UploadedBody Of(StoredFile file, IFileAddresses addresses) =>
        new(file.Id.Value, addresses.Sign(file.Id), file.Size, file.MimeType);
}

/// <summary>
/// The responses to uploads that are not accepted. Protocol section 7. Each response names the limit that it is about. Counts the refusals,
/// except those of the judge, who counts them.
/// </summary>
internal sealed class UploadRefusals(UploadOptions options, FileJudgeMetrics metrics)
{
    /// <summary>The reasons that are not about what a file is, as the metric names them.</summary>
    public static IReadOnlyList<string> Reasons { get; } = ["quota", "concurrency", "busy", "timeout"];

    /// <summary>Value of <c>Retry-After</c>: by then one of the uploads may be over, or the store back.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static ErrorResponse Locked =>
        new(StatusCodes.Status423Locked, "LOCKED", "locked", "Another request still stores this file. Send the last byte again.")
        {
            RetryAfter = RetryAfter,
        };

    public static ErrorResponse Unavailable(string message) => ErrorResponse.Unavailable(message) with { RetryAfter = RetryAfter };

    public IResult TooSlow() =>
        Counted(
            "timeout",
            new ErrorResponse(
                StatusCodes.Status408RequestTimeout,
                "REQUEST_TIMEOUT",
                "request timeout",
                $"An upload may pause for at most {Shown(options.IdleTimeout)}, and take at most {Shown(options.Timeout)}."
            )
        );

    public ErrorResponse OverQuota() =>
        Counted(
            "quota",
            new ErrorResponse(
                StatusCodes.Status413PayloadTooLarge,
                "QUOTA_EXCEEDED",
                "quota exceeded",
                $"All your files together may have at most {Shown(options.Quota)}, and this one does not fit any more."
                    + " Delete conversations with files to make room."
            )
        );

    public IResult TooLarge() =>
        Counted(FileFault.Size.Label, ErrorResponse.PayloadTooLarge($"A file may have at most {Shown(options.MaxSize)}."));

    public IResult Empty() => Counted(FileFault.Empty.Label, Of(FileFault.Empty, "The file is empty."));

    /// <summary>The response to an upload that got no place.</summary>
    /// <param name="byUser">Whether it is the user's own uploads that leave no place.</param>
    public IResult NoPlace(bool byUser) =>
        byUser
            ? Counted("concurrency", new RateLimitedResponse(RetryAfter, $"You may upload at most {options.PerUser} files at once."))
            : Counted("busy", Unavailable("This server receives too many files right now."));

    /// <summary>The response to a file that is received and not stored.</summary>
    public ErrorResponse Of(UploadResult result) =>
        result switch
        {
            UploadResult.Refused refused => Of(refused.Fault, refused.Message),
            UploadResult.Undecided undecided => Unavailable(undecided.Message),
            _ => OverQuota(),
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

    private T Counted<T>(string reason, T response)
    {
        metrics.Refused(reason);
        return response;
    }

    private static string Shown(TimeSpan time) =>
        time >= TimeSpan.FromMinutes(1) && time.Seconds == 0
            ? $"{time.TotalMinutes.ToString(CultureInfo.InvariantCulture)} min"
            : $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";

    private static string Shown(long bytes) =>
        bytes switch
        {
            >= 1 << 30 when bytes % (1 << 30) == 0 => $"{bytes >> 30} GB",
            >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20} MB",
            >= 1 << 10 when bytes % (1 << 10) == 0 => $"{bytes >> 10} KB",
            _ => $"{bytes} bytes",
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UploadedBody))]
internal sealed partial class UploadJson : JsonSerializerContext;
