namespace Chatbox.Client.Frames;

/// <summary>The values of <c>error.code</c> in frames. Protocol section 5.1. Expect codes of later versions, too.</summary>
public static class ChatErrorCode
{
    public const string InvalidFormat = "INVALID_FORMAT";
    public const string MissingField = "MISSING_FIELD";
    public const string NotFound = "NOT_FOUND";
    public const string TooManyRequests = "TOO_MANY_REQUESTS";
    public const string LlmUnavailable = "LLM_UNAVAILABLE";
    public const string LlmTimeout = "LLM_TIMEOUT";
    public const string DatabaseError = "DATABASE_ERROR";
    public const string StorageError = "STORAGE_ERROR";
    public const string TranscriptionFailed = "TRANSCRIPTION_FAILED";
    public const string ServiceError = "SERVICE_ERROR";
    public const string InvalidToken = "INVALID_TOKEN";
    public const string ExpiredToken = "EXPIRED_TOKEN";
    public const string InsufficientPermissions = "INSUFFICIENT_PERMISSIONS";

    /// <summary>What a client can do about an error; null for a code that this version does not know.</summary>
    public static Remedy? RemedyOf(string code) =>
        code switch
        {
            InvalidFormat or MissingField or NotFound => Remedy.Change,
            TooManyRequests or ServiceError => Remedy.Wait,
            LlmUnavailable or LlmTimeout or TranscriptionFailed => Remedy.AskAgain,
            DatabaseError or StorageError => Remedy.SendAgain,
            InvalidToken or ExpiredToken or InsufficientPermissions => Remedy.SignIn,
            _ => null,
        };
}

/// <summary>What a client can do about an error.</summary>
public enum Remedy
{
    /// <summary>Send the same command again.</summary>
    SendAgain,

    /// <summary>Wait for <see cref="ChatFrameError.RetryAfter"/>, then send the same command again.</summary>
    Wait,

    /// <summary>Change the command.</summary>
    Change,

    /// <summary>Ask for the answer again (<c>regenerate</c>).</summary>
    AskAgain,

    /// <summary>Connect with another token.</summary>
    SignIn,
}
