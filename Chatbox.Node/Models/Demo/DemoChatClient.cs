using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Demo;

/// <summary>
/// The client of the built-in demo, which streams a short guide to configuring a real model, word by word. It reports no usage, because it
/// costs nothing.
/// </summary>
internal sealed class DemoChatClient(ModelProviderOptions provider, TimeProvider clock) : StreamingModelClient(provider)
{
    /// <summary>Time between two words.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var continuation = Continuation.Of(messages, options);
        var answer = DemoGuide.For(continuation.Messages);

        // A prefix that is not the beginning of this text came from another model. The whole guide follows it.
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

    /// <summary>The end of the next word and of the white space after it.</summary>
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
