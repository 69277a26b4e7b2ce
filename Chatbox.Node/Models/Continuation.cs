using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// A request to continue an answer that a crash or a change of the provider interrupted. The caller sends the conversation, the question
/// and, as the last message, the assistant's text so far, with <see cref="ModelCall.Continue"/> set. The client must return only the text
/// that follows:
/// <list type="bullet">
/// <item>By prefilling, for models that continue an unfinished assistant message (Anthropic before 4.6).</item>
/// <item>By an instruction otherwise: a user message after the unfinished one asks to continue at its end.</item>
/// <item>For Dify, which takes no messages, the question, the text so far and the instruction become one query.</item>
/// <item>The demo knows its whole answer and continues exactly.</item>
/// </list>
/// Without the flag, or with no text so far, the request is an ordinary question, and an empty unfinished message is dropped.
/// </summary>
/// <param name="Messages">The conversation up to the question, without the unfinished answer.</param>
/// <param name="Prefix">The unfinished answer; empty for an ordinary question.</param>
internal sealed record Continuation(IReadOnlyList<ChatMessage> Messages, string Prefix)
{
    /// <summary>The instruction, in the user's place, to continue the answer.</summary>
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
