using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Models;

/// <summary>How one try ended.</summary>
/// <param name="ErrorCode">The client's error code; null for an answer that came to a good end.</param>
/// <param name="MayTryAgain">The response had not begun, and the failure is of a kind that passes.</param>
/// <param name="CountsAgainstModel">The model, not the request, is to blame: feeds the circuit breaker.</param>
internal sealed record StreamOutcome(FinishReason Reason, string? ErrorCode, bool MayTryAgain, bool CountsAgainstModel)
{
    public TokenUsage? Usage { get; init; }
    public string? ProviderConversation { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public Exception? Cause { get; init; }

    /// <summary>The provider took the prompt: the model has written or thought something.</summary>
    public bool PromptWasTaken { get; init; }

    /// <summary>The provider refused the prompt as too long, and nothing of an answer has come.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>The whole answer took too long.</summary>
    public static StreamOutcome Timeout { get; } =
        new(FinishReason.Timeout, ErrorCode: Chatbox.Messages.Frames.ErrorCode.LlmTimeout, false, true);

    public static StreamOutcome Completed(FinishReason reason) => new(reason, null, false, false);

    /// <summary>
    /// Silence for too long. Once the response has begun there is no second try: it would double what was shown, and what the provider
    /// charges.
    /// </summary>
    public static StreamOutcome Silence(StreamProgress progress, Exception cause) =>
        new(FinishReason.Timeout, Chatbox.Messages.Frames.ErrorCode.LlmTimeout, !progress.HasBegun, true) { Cause = cause };

    /// <summary>The stream ended or broke before the model had said all.</summary>
    public static StreamOutcome Cut(StreamProgress progress, Exception? cause) =>
        new(
            progress.HasText ? FinishReason.Cut : FinishReason.Error,
            Chatbox.Messages.Frames.ErrorCode.LlmUnavailable,
            !progress.HasBegun,
            true
        )
        {
            Cause = cause,
        };

    /// <summary>
    /// The provider ended the answer for a reason that is not the model's: a word that means a failure, or that nobody here knows. The same
    /// question would end the same way, unless the provider only <paramref name="failed"/>.
    /// </summary>
    public static StreamOutcome Unfinished(StreamProgress progress, bool failed, Exception cause) =>
        new(
            progress.HasText ? FinishReason.Cut : FinishReason.Error,
            Chatbox.Messages.Frames.ErrorCode.LlmUnavailable,
            MayTryAgain: failed && !progress.HasAnswer,
            CountsAgainstModel: failed
        )
        {
            Cause = cause,
        };

    /// <summary>A filter broke the answer off: the text is not whole, though nothing failed. Without any text there is no answer.</summary>
    public static StreamOutcome Filtered(StreamProgress progress) =>
        progress.HasText
            ? Completed(FinishReason.Cut)
            : new StreamOutcome(FinishReason.Error, Chatbox.Messages.Frames.ErrorCode.ServiceError, false, false);

    /// <summary>
    /// The provider said no. It may also say so inside a response; until the model has written or thought something that is a refusal
    /// like any other, and asking again is what the provider expects.
    /// </summary>
    public static StreamOutcome Failed(StreamProgress progress, ModelFailureException cause) =>
        cause.Kind == ModelFailureKind.Broken
            ? Cut(progress, cause)
            : new StreamOutcome(
                FinishReason.Error,
                Chatbox.Messages.Frames.ErrorCode.LlmUnavailable,
                !progress.HasAnswer && IsPassing(cause.Kind),
                IsPassing(cause.Kind) || cause.Kind == ModelFailureKind.Unreadable
            )
            {
                Cause = cause,
                RetryAfter = cause.RetryAfter,
                IsTooLong = cause.Kind == ModelFailureKind.TooLong && !progress.HasAnswer,
            };

    // Of the model, not of the request: the next try, or somebody else's, may go well.
    private static bool IsPassing(ModelFailureKind kind) => kind is ModelFailureKind.Unavailable or ModelFailureKind.RateLimited;
}

/// <summary>How far a response has come.</summary>
/// <param name="HasBegun">Some of its body has arrived.</param>
/// <param name="HasAnswer">The model has written or thought something.</param>
/// <param name="HasText">Text of the answer has been handed on.</param>
internal readonly record struct StreamProgress(bool HasBegun, bool HasAnswer, bool HasText);
