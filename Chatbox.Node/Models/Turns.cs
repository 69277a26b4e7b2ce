using System.Text;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// A conversation in a form that every provider accepts. Many models require that the user speaks first, that user and assistant alternate,
/// and that no message is empty. Without this form, a failed question, an empty answer or a window that begins with an answer would make
/// such a model refuse all later requests.
/// </summary>
/// <param name="System">All system messages in one text; empty for none.</param>
/// <param name="Messages">The alternating messages of the user and the assistant.</param>
internal sealed record Turns(string System, IReadOnlyList<(string Role, string Text)> Messages)
{
    public const string User = "user";
    public const string Assistant = "assistant";

    /// <summary>The user's message before a window that begins with an answer.</summary>
    private const string BeginningLeftOut = "(The beginning of this conversation is left out.)";

    /// <summary>
    /// The answer to an earlier message that got none. Without it, the earlier message would be joined to the question and answered too. If
    /// the provider had refused the earlier message, it would then refuse every later one.
    /// </summary>
    private const string Unanswered = "(This message was not answered.)";

    /// <summary>The turns and, if an answer is to be continued, the text so far with the instruction.</summary>
    public static Turns Of(Continuation continuation)
    {
        var turns = Prefilled(continuation);
        return turns.Messages is [.., (Assistant, _)] && continuation.IsAsked ? turns.With(User, Continuation.Instruction) : turns;
    }

    /// <summary>The turns and, if an answer is to be continued, the text so far for the model to complete.</summary>
    public static Turns Prefilled(Continuation continuation)
    {
        var turns = Of(continuation.Messages);
        return string.IsNullOrWhiteSpace(continuation.Prefix) ? turns : turns.With(Assistant, continuation.Prefix);
    }

    /// <summary>The turns of a conversation that ends with its question.</summary>
    public static Turns Of(IReadOnlyList<ChatMessage> messages)
    {
        var system = new StringBuilder();
        var turns = new List<(string Role, StringBuilder Text)>();
        var question = messages.Count > 0 && messages[^1].Role == ChatRole.User ? messages[^1] : null;
        foreach (var message in messages)
        {
            if (string.IsNullOrWhiteSpace(message.Text) && message != question)
                continue;
            var role = message.Role == ChatRole.Assistant ? Assistant : User;
            if (message.Role == ChatRole.System)
            {
                Append(system, message.Text);
                continue;
            }

            if (message == question && turns is [.., (User, _)])
                turns.Add((Assistant, new StringBuilder(Unanswered)));
            if (turns.Count == 0 && role == Assistant)
                turns.Add((User, new StringBuilder(BeginningLeftOut)));
            if (turns is not [.., var last] || last.Role != role)
                turns.Add((role, new StringBuilder()));
            Append(turns[^1].Text, message.Text);
        }

        return new Turns(system.ToString(), [.. turns.Select(turn => (turn.Role, turn.Text.ToString()))]);
    }

    private Turns With(string role, string text) => this with { Messages = [.. Messages, (role, text)] };

    private static void Append(StringBuilder whole, string text)
    {
        if (whole.Length > 0)
            whole.Append("\n\n");
        whole.Append(text);
    }
}
