namespace Chatbox.Messages.Sessions;

/// <summary>The number of tokens that one answer cost.</summary>
/// <param name="Estimated">The provider reported no counts; these are estimates, see <c>TokenEstimate</c>.</param>
public readonly record struct TokenUsage(long Prompt, long Completion, bool Estimated);
