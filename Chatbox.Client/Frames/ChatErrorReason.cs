namespace Chatbox.Client.Frames;

/// <summary>The values of <c>metadata.reason</c> in <c>error</c> frames: which of the causes of a code it is. Protocol section 5.1. Expect others.</summary>
public static class ChatErrorReason
{
    /// <summary>Three messages wait for an answer.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>The session has ended.</summary>
    public const string Ended = "ended";

    /// <summary>There is no message to answer again.</summary>
    public const string NothingToRegenerate = "nothing_to_regenerate";

    /// <summary>An answer is running.</summary>
    public const string AnswerRunning = "answer_running";

    /// <summary>The index is too far behind.</summary>
    public const string IndexBehind = "index_behind";

    /// <summary>Too many acks wait to be read.</summary>
    public const string SlowReader = "slow_reader";

    /// <summary>Another administrator holds the session.</summary>
    public const string HeldByAnother = "held_by_another";

    /// <summary>The administrator does not hold the session.</summary>
    public const string NotHolder = "not_holder";

    /// <summary>A person answers now.</summary>
    public const string PersonAnswers = "person_answers";

    /// <summary>The session is not offered to the administrator.</summary>
    public const string NotOffered = "not_offered";

    /// <summary>The message cannot be rated.</summary>
    public const string UnknownMessage = "unknown_message";

    /// <summary>The message has no recording.</summary>
    public const string NoRecording = "no_recording";

    /// <summary>The server turns no recordings into text.</summary>
    public const string NoTranscription = "no_transcription";

    /// <summary>The session's journal cannot be decrypted.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The node stores no files.</summary>
    public const string NoFileStore = "no_file_store";
}
