namespace Chatbox.Client.Frames;

/// <summary>The values of <c>code</c> in responses over HTTP. Protocol section 1, "Errors of REST". Expect codes of later versions, too.</summary>
public static class RestErrorCode
{
    public const string BadRequest = "BAD_REQUEST";
    public const string Unauthorized = "UNAUTHORIZED";
    public const string InvalidToken = "INVALID_TOKEN";
    public const string Forbidden = "FORBIDDEN";
    public const string NotFound = "NOT_FOUND";
    public const string Conflict = "CONFLICT";
    public const string PreconditionFailed = "PRECONDITION_FAILED";
    public const string RequestTimeout = "REQUEST_TIMEOUT";
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";
    public const string QuotaExceeded = "QUOTA_EXCEEDED";
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    public const string FileRefused = "FILE_REFUSED";
    public const string Locked = "LOCKED";
    public const string ChecksumMismatch = "CHECKSUM_MISMATCH";
    public const string InternalError = "INTERNAL_ERROR";
    public const string ServiceUnavailable = "SERVICE_UNAVAILABLE";
}
