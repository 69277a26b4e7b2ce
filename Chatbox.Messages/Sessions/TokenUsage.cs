namespace Chatbox.Messages.Sessions;

/// <summary>What one answer cost, in tokens.</summary>
/// <param name="Estimated">The provider gave no numbers: these are ours, four bytes of UTF-8 to a token.</param>
public readonly record struct TokenUsage(long Prompt, long Completion, bool Estimated);
