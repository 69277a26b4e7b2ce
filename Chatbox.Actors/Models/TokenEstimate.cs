using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// An estimate of the tokens in a text, for when the provider reports no count. A character of ASCII counts a quarter of a token, one of
/// two bytes in UTF-8 a half, and any other a whole token: that is what most tokenizers make of Chinese, Japanese and Korean. Both groups
/// are counted separately, because models differ in them.
/// </summary>
/// <param name="Narrow">Quarter tokens of characters with one or two bytes in UTF-8, and of the overhead of messages.</param>
/// <param name="Wide">Quarter tokens of all other characters.</param>
internal readonly record struct TokenEstimate(long Narrow, long Wide)
{
    /// <summary>Overhead of each message for its role and its frame, in tokens.</summary>
    public const int PerMessage = 4;

    /// <summary>The estimate in whole tokens.</summary>
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

    /// <summary>Estimates a message with its files and its overhead; an empty message counts nothing.</summary>
    public static TokenEstimate Of(ChatMessage message)
    {
        var sum = default(TokenEstimate);
        foreach (var content in message.Contents)
            sum += content switch
            {
                TextContent text => Of(text.Text),
                PromptFile file => new TokenEstimate(file.Tokens * 4L, 0),
                GivenFile file => new TokenEstimate(file.Tokens * 4L, 0),
                _ => default,
            };
        return sum == default ? default : sum + new TokenEstimate(PerMessage * 4, 0);
    }

    public static TokenEstimate Of(IEnumerable<ChatMessage> messages) =>
        messages.Aggregate(default(TokenEstimate), (sum, m) => sum + Of(m));
}
