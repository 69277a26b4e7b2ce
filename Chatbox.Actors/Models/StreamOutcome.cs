using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Models;

/// <summary>How one try ended.</summary>
/// <param name="ErrorCode">The client's error code; null for an answer that came to a good end.</param>
/// <param name="MayTryAgain">Nothing has been streamed, and the failure is of a kind that passes.</param>
/// <param name="CountsAgainstModel">The model, not the request, is to blame: feeds the circuit breaker.</param>
internal sealed record StreamOutcome(FinishReason Reason, string? ErrorCode, bool MayTryAgain, bool CountsAgainstModel)
{
    public TokenUsage? Usage { get; init; }
    public string? ProviderConversation { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public Exception? Cause { get; init; }

    /// <summary>The whole answer took too long.</summary>
    public static StreamOutcome Timeout { get; } =
        new(FinishReason.Timeout, ErrorCode: Chatbox.Messages.Frames.ErrorCode.LlmTimeout, false, true);

    public static StreamOutcome Completed(FinishReason reason) => new(reason, null, false, false);

    /// <summary>Silence for too long. With text on screen there is no second try: it would double what was shown.</summary>
    public static StreamOutcome Silence(bool streamed, Exception cause) =>
        new(FinishReason.Timeout, Chatbox.Messages.Frames.ErrorCode.LlmTimeout, !streamed, true) { Cause = cause };

    /// <summary>The stream ended or broke before the model had said all.</summary>
    public static StreamOutcome Cut(bool streamed, Exception? cause) =>
        new(streamed ? FinishReason.Cut : FinishReason.Error, Chatbox.Messages.Frames.ErrorCode.LlmUnavailable, !streamed, true)
        {
            Cause = cause,
        };

    /// <summary>The provider said no.</summary>
    public static StreamOutcome Failed(bool streamed, ModelFailureException cause) =>
        cause.Kind == ModelFailureKind.Broken
            ? Cut(streamed, cause)
            : new StreamOutcome(
                FinishReason.Error,
                Chatbox.Messages.Frames.ErrorCode.LlmUnavailable,
                !streamed && cause.Kind != ModelFailureKind.Rejected,
                cause.Kind != ModelFailureKind.Rejected
            )
            {
                Cause = cause,
                RetryAfter = cause.RetryAfter,
            };
}
