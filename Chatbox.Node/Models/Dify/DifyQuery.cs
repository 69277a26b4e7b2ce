using System.Text;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// What is asked of a Dify app, which takes one text and keeps the conversation itself. When it does not know the conversation yet, what
/// was said before goes along as a transcript. System messages stay out: an app has its own instructions.
/// </summary>
internal static class DifyQuery
{
    public static string Of(Continuation continuation, bool conversationIsKnown)
    {
        var said = continuation.Messages.Where(message => message.Role != ChatRole.System && message.Text.Length > 0).ToList();
        var last = said.FindLastIndex(message => message.Role == ChatRole.User);
        if (last < 0)
            throw new ArgumentException("The conversation holds no question.", nameof(continuation));
        var question = said[last].Text;
        var query = new StringBuilder();
        if (!conversationIsKnown && last > 0)
            AppendTranscript(query, said.Take(last));
        if (!continuation.IsAsked)
            return query.Append(question).ToString();
        return query
            .Append("The message to answer was:\n")
            .Append(question)
            .Append("\n\nYour answer so far:\n")
            .Append(continuation.Prefix)
            .Append("\n\n")
            .Append(Continuation.Instruction)
            .ToString();
    }

    private static void AppendTranscript(StringBuilder query, IEnumerable<ChatMessage> earlier)
    {
        query.Append("Earlier in this conversation:\n");
        foreach (var message in earlier)
            query.Append(message.Role == ChatRole.Assistant ? "Assistant: " : "User: ").Append(message.Text).Append('\n');
        query.Append("\nNow, with that in mind:\n");
    }
}
