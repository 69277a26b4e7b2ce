using System.Text;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// Writes the question for a Dify app, which takes one text and keeps the conversation itself. If the app does not have the conversation
/// yet, the query contains a transcript of it. System messages are left out, because an app has its own instructions.
/// </summary>
/// <param name="Text">The question, perhaps after a transcript.</param>
/// <param name="Files">The files to upload for it: those of the question, or of the whole transcript.</param>
internal sealed record DifyQuery(string Text, IReadOnlyList<GivenFile> Files)
{
    public static DifyQuery Of(Continuation continuation, bool conversationIsKnown)
    {
        var last = Enumerable.Range(0, continuation.Messages.Count).LastOrDefault(IsQuestion, -1);
        if (last < 0)
            throw new ArgumentException("The conversation holds no question.", nameof(continuation));
        var turns = Turns.Of([.. continuation.Messages.Take(last + 1)]).Messages;
        var question = turns[^1].Text;
        var query = new StringBuilder();
        if (!conversationIsKnown && turns.Count > 1)
            AppendTranscript(query, turns.SkipLast(1));
        IReadOnlyList<GivenFile> files = conversationIsKnown ? turns[^1].Files : [.. turns.SelectMany(turn => turn.Files)];
        if (!continuation.IsAsked)
            return new DifyQuery(query.Append(question).ToString(), files);
        query
            .Append("The message to answer was:\n")
            .Append(question)
            .Append("\n\nYour answer so far:\n")
            .Append(continuation.Prefix)
            .Append("\n\n")
            .Append(Continuation.Instruction);
        return new DifyQuery(query.ToString(), files);

        bool IsQuestion(int index) =>
            continuation.Messages[index] is var message
            && message.Role == ChatRole.User
            && (message.Text.Length > 0 || message.Contents.Any(content => content is GivenFile));
    }

    private static void AppendTranscript(StringBuilder query, IEnumerable<Turn> earlier)
    {
        query.Append("Earlier in this conversation:\n");
        foreach (var (role, text) in earlier)
            query.Append(role == Turns.Assistant ? "Assistant: " : "User: ").Append(text).Append('\n');
        query.Append("\nNow, with that in mind:\n");
    }
}
