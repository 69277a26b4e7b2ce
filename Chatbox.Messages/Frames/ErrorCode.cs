namespace Chatbox.Messages.Frames;

/// <summary>The values of <c>error.code</c> in <c>error</c> frames. Protocol section 5.1.</summary>
public static class ErrorCode
{
    public const string InvalidFormat = "INVALID_FORMAT";
    public const string MissingField = "MISSING_FIELD";
    public const string NotFound = "NOT_FOUND";
    public const string TooManyRequests = "TOO_MANY_REQUESTS";
    public const string LlmUnavailable = "LLM_UNAVAILABLE";
    public const string LlmTimeout = "LLM_TIMEOUT";
    public const string TranscriptionFailed = "TRANSCRIPTION_FAILED";
    public const string DatabaseError = "DATABASE_ERROR";
    public const string StorageError = "STORAGE_ERROR";
    public const string ServiceError = "SERVICE_ERROR";
    public const string InvalidToken = "INVALID_TOKEN";
    public const string ExpiredToken = "EXPIRED_TOKEN";
    public const string InsufficientPermissions = "INSUFFICIENT_PERMISSIONS";

    /// <summary>Whether the socket stays open after an error with this code.</summary>
    public static bool IsRecoverable(string code) => code is not (InvalidToken or ExpiredToken or InsufficientPermissions);
}
