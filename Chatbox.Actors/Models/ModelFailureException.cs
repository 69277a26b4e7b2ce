namespace Chatbox.Actors.Models;

/// <summary>The kind of a provider's failure. It decides whether another try is made and what the client is told.</summary>
public enum ModelFailureKind
{
    /// <summary>The provider is unreachable, answered 5xx, or reported an error inside a response. Another try may succeed.</summary>
    Unavailable,

    /// <summary>The provider answered 429. Another try may succeed after the time that it asked for.</summary>
    RateLimited,

    /// <summary>The provider refused the request (400, 401, 403, 404, 422). Another try cannot succeed.</summary>
    Rejected,

    /// <summary>The prompt is longer than the model's window. The same question with less of the conversation may succeed.</summary>
    TooLong,

    /// <summary>The stream broke off, or violated the provider's format.</summary>
    Broken,

    /// <summary>The response is no answer at all, such as a web page. Another try would get the same.</summary>
    Unreadable,
}

/// <summary>
/// The exception that a provider's client throws when the provider fails. The message is for the log: it names the status and the kind,
/// never a key, and it is never shown to a client.
/// </summary>
public class ModelFailureException(ModelFailureKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ModelFailureKind Kind { get; } = kind;

    /// <summary>The wait that the provider asked for (<c>Retry-After</c>); null if it named none.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the provider read the request and refused something in it, perhaps a file.</summary>
    public virtual bool IsAboutTheRequest => false;

    /// <summary>The model's window in tokens, from a refusal of a prompt as too long; null if it named none.</summary>
    public int? ContextTokens { get; init; }
}
