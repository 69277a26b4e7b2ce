using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Models;

/// <summary>The end of one request to a provider.</summary>
/// <param name="ErrorCode">One of the protocol's error codes; null for success.</param>
/// <param name="MayTryAgain">Whether another try may succeed and does no harm.</param>
/// <param name="CountsAgainstModel">Whether the circuit breaker counts the failure: the model, not the request, is its cause.</param>
internal sealed record StreamOutcome(FinishReason Reason, string? ErrorCode, bool MayTryAgain, bool CountsAgainstModel)
{
    public TokenUsage? Usage { get; init; }
    public string? ProviderConversation { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public Exception? Cause { get; init; }

    /// <summary>Whether the provider accepted the prompt, which is shown by the model's writing or thinking.</summary>
    public bool PromptWasTaken { get; init; }

    /// <summary>Whether the provider refused the prompt as too long, before any part of an answer.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>Whether the provider refused something in the request, before any part of an answer.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The outcome of an answer that exceeded its deadline.</summary>
    public static StreamOutcome Timeout { get; } =
        new(FinishReason.Timeout, ErrorCode: Chatbox.Messages.Frames.ErrorCode.LlmTimeout, false, true);

    public static StreamOutcome Completed(FinishReason reason) => new(reason, null, false, false);

    /// <summary>
    /// The outcome of a provider that was silent for too long. After the beginning of a response there is no second try: it would show the
    /// text twice, and the provider would charge twice.
    /// </summary>
    public static StreamOutcome Silence(StreamProgress progress, Exception cause) =>
        new(FinishReason.Timeout, Chatbox.Messages.Frames.ErrorCode.LlmTimeout, !progress.HasBegun, true) { Cause = cause };

    /// <summary>The outcome of a stream that ended or broke off before the model finished.</summary>
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
    /// The outcome of an answer that the provider ended for an unusual reason. Another try would end the same way, unless the reason means
    /// that the provider <paramref name="failed"/>.
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

    /// <summary>
    /// The outcome of an answer that a content filter ended. With text it is cut but not failed; without text there is no answer.
    /// </summary>
    public static StreamOutcome Filtered(StreamProgress progress) =>
        progress.HasText
            ? Completed(FinishReason.Cut)
            : new StreamOutcome(FinishReason.Error, Chatbox.Messages.Frames.ErrorCode.ServiceError, false, false);

    /// <summary>
    /// The outcome of a provider that reported a failure. A failure reported inside a response is treated like a refused request, and may be
    /// retried, as long as the model has neither written nor thought anything.
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
                IsRefused = cause.IsAboutTheRequest && !progress.HasAnswer,
            };

    // The model, not the request, is the cause, so the next try, or another user's request, may succeed.
    private static bool IsPassing(ModelFailureKind kind) => kind is ModelFailureKind.Unavailable or ModelFailureKind.RateLimited;
}

/// <summary>The progress of a response.</summary>
/// <param name="HasBegun">Whether some of its body has arrived.</param>
/// <param name="HasAnswer">Whether the model has written or thought something.</param>
/// <param name="HasText">Whether text of the answer has been passed on.</param>
internal readonly record struct StreamProgress(bool HasBegun, bool HasAnswer, bool HasText);
