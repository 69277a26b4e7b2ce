namespace Chatbox.Actors.Models;

/// <summary>Why a provider gave no answer, as far as it decides whether to try again and what to tell the client.</summary>
public enum ModelFailureKind
{
    /// <summary>Unreachable, 5xx, or an error event inside a 200: trying again may help.</summary>
    Unavailable,

    /// <summary>429: trying again helps after the time the provider asked for.</summary>
    RateLimited,

    /// <summary>The provider refuses this request (400, 401, 403, 404, 422): trying again cannot help.</summary>
    Rejected,

    /// <summary>The prompt is longer than the model takes: the same question with less of the conversation may be answered.</summary>
    TooLong,

    /// <summary>The stream broke off, or held what is not the provider's format.</summary>
    Broken,

    /// <summary>The response is something else altogether, such as a web page: the same would come again.</summary>
    Unreadable,
}

/// <summary>
/// What every model adapter throws when its provider fails. The message is for the log: it names the status and the kind, never
/// a key, and it is never shown to a client.
/// </summary>
public class ModelFailureException(ModelFailureKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ModelFailureKind Kind { get; } = kind;

    /// <summary>How long the provider asked to be left alone (<c>Retry-After</c>), if it said.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The model's window in tokens, if it named one when it refused a prompt as too long.</summary>
    public int? ContextTokens { get; init; }
}
