namespace Chatbox.Messages.Sessions;

/// <summary>The number of tokens that one answer cost.</summary>
/// <param name="Estimated">The provider reported no counts; these are estimates at four bytes of UTF-8 per token.</param>
public readonly record struct TokenUsage(long Prompt, long Completion, bool Estimated);
