using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// How many tokens a text has, for want of the provider's own count: a quarter for a letter of ASCII, half for one of the scripts that take
/// two bytes in UTF-8, one for everything else. So a letter of Chinese, Japanese or Korean is a token, which is what most tokenizers make
/// of it. Both kinds are counted apart, because models differ in them.
/// </summary>
/// <param name="Narrow">Quarters of tokens of characters that take one or two bytes in UTF-8, and of the frame of messages.</param>
/// <param name="Wide">Quarters of tokens of all other characters.</param>
internal readonly record struct TokenEstimate(long Narrow, long Wide)
{
    /// <summary>Budgeted for the role and the frame of every message, in tokens.</summary>
    public const int PerMessage = 4;

    /// <summary>In whole tokens.</summary>
    public long Total => (Narrow + Wide + 3) / 4;

    public static TokenEstimate operator +(TokenEstimate a, TokenEstimate b) => new(a.Narrow + b.Narrow, a.Wide + b.Wide);

    public static TokenEstimate Of(string text)
    {
        var (narrow, wide) = (0L, 0L);
        foreach (var c in text)
        {
            if (c < '\u0080')
                narrow++;
            else if (c < '\u0800')
                narrow += 2;
            else
                wide += char.IsSurrogate(c) ? 2 : 4;
        }

        return new TokenEstimate(narrow, wide);
    }

    /// <summary>A message with its frame; nothing for an empty one.</summary>
    public static TokenEstimate Of(ChatMessage message) =>
        message.Text is { Length: > 0 } text ? Of(text) + new TokenEstimate(PerMessage * 4, 0) : default;

    public static TokenEstimate Of(IEnumerable<ChatMessage> messages) =>
        messages.Aggregate(default(TokenEstimate), (sum, m) => sum + Of(m));
}
