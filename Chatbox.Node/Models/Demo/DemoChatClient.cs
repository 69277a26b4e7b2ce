using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Demo;

/// <summary>
/// A model without a provider: streams a short guide to configuring a real one, a word at a time. Gives no usage, because nothing is used.
/// </summary>
internal sealed class DemoChatClient(ModelProviderOptions provider, TimeProvider clock) : StreamingModelClient(provider)
{
    /// <summary>Time from one word to the next.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var continuation = Continuation.Of(messages, options);
        var answer = DemoGuide.For(continuation.Messages);

        // A prefix that this text does not begin with was written by another model: the guide then follows it whole.
        var position = answer.StartsWith(continuation.Prefix, StringComparison.Ordinal) ? continuation.Prefix.Length : 0;
        while (position < answer.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = EndOfWord(answer, position);
            yield return new ChatResponseUpdate(ChatRole.Assistant, answer[position..end]);
            position = end;
            if (position < answer.Length)
                await Task.Delay(Pace, clock, cancellationToken).ConfigureAwait(false);
        }

        yield return new ChatResponseUpdate { Role = ChatRole.Assistant, FinishReason = ChatFinishReason.Stop };
    }

    /// <summary>After the white space that follows the next word.</summary>
    private static int EndOfWord(string text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsWhiteSpace(text[end]))
            end++;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        while (end < text.Length && char.IsWhiteSpace(text[end]))
            end++;
        return end;
    }
}
