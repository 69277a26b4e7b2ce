using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// How an answer goes on that a crash or a change of provider cut in two. The caller sends the conversation, the question and, as the last
/// message, the assistant's text so far, with <see cref="ModelCall.Continue"/> set. Each adapter must then yield only what follows it:
/// <list type="bullet">
/// <item>Prefill, where the model takes an unfinished assistant message as the beginning of its own answer (Anthropic before 4.6).</item>
/// <item>Instruction, everywhere else: the unfinished message stays and a user message after it asks to go on from its very end.</item>
/// <item>Dify has no messages: question, text so far and instruction become one query.</item>
/// <item>The demo knows its whole answer and goes on exactly.</item>
/// </list>
/// Without the flag, or with nothing written yet, it is an ordinary question; an empty unfinished message is dropped.
/// </summary>
/// <param name="Messages">The conversation up to the question, without the unfinished answer.</param>
/// <param name="Prefix">The unfinished answer; empty when there is nothing to go on from.</param>
internal sealed record Continuation(IReadOnlyList<ChatMessage> Messages, string Prefix)
{
    /// <summary>Asks a model, in the user's place, to go on.</summary>
    public const string Instruction =
        "Your previous message was interrupted. Continue it exactly from the point where it stops, in the same language and format: "
        + "start with the very next characters, even in the middle of a word, list or code block. "
        + "Do not repeat anything you have already written, do not start over, and do not comment on the interruption.";

    public bool IsAsked => Prefix.Length > 0;

    public static Continuation Of(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var all = messages as IReadOnlyList<ChatMessage> ?? messages.ToList();
        if (options?.AdditionalProperties?.TryGetValue(ModelCall.Continue, out bool asked) != true || !asked)
            return new Continuation(all, "");
        if (all.Count == 0 || all[^1].Role != ChatRole.Assistant)
            return new Continuation(all, "");
        return new Continuation(all.Take(all.Count - 1).ToList(), all[^1].Text);
    }
}
