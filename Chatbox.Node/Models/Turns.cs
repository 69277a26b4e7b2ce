using System.Text;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// A conversation in a form that every provider accepts. Many models require that the user speaks first, that user and assistant alternate,
/// and that no message is empty. Without this form, a failed question, an empty answer or a window that begins with an answer would make
/// such a model refuse all later requests.
/// </summary>
/// <param name="System">All system messages in one text; empty for none.</param>
/// <param name="Messages">The alternating messages of the user and the assistant.</param>
internal sealed record Turns(string System, IReadOnlyList<Turn> Messages)
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

    /// <summary>Characters of all texts.</summary>
    public int Length => System.Length + Messages.Sum(turn => turn.Text.Length);

    /// <summary>The turns and, if an answer is to be continued, the text so far with the instruction.</summary>
    public static Turns Of(Continuation continuation)
    {
        var turns = Prefilled(continuation);
        return turns.Messages is [.., { Role: Assistant }] && continuation.IsAsked ? turns.With(User, Continuation.Instruction) : turns;
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
        var turns = new List<Building>();
        var question = messages.Count > 0 && messages[^1].Role == ChatRole.User ? messages[^1] : null;
        foreach (var message in messages)
        {
            if (IsBlank(message) && message != question)
                continue;
            var role = message.Role == ChatRole.Assistant ? Assistant : User;
            if (message.Role == ChatRole.System)
            {
                Append(system, message.Text);
                continue;
            }

            if (message == question && turns is [.., { Role: User }])
                turns.Add(new Building(Assistant, Unanswered));
            if (turns.Count == 0 && role == Assistant)
                turns.Add(new Building(User, BeginningLeftOut));
            if (turns is not [.., var last] || last.Role != role)
                turns.Add(new Building(role, ""));
            turns[^1].Add(message);
        }

        return new Turns(system.ToString(), [.. turns.Select(turn => turn.Build())]);
    }

    private static bool IsBlank(ChatMessage message) =>
        string.IsNullOrWhiteSpace(message.Text) && !message.Contents.Any(content => content is GivenFile);

    private Turns With(string role, string text) => this with { Messages = [.. Messages, new Turn(role, text)] };

    private static void Append(StringBuilder whole, string text)
    {
        if (whole.Length > 0)
            whole.Append("\n\n");
        whole.Append(text);
    }

    /// <summary>A turn while the messages that belong to it are joined. Most turns are one message, whose text is not copied.</summary>
    private sealed class Building(string role, string beginning)
    {
        private readonly List<GivenFile> _files = [];
        private string _first = beginning;
        private StringBuilder? _joined;

        public string Role => role;

        public void Add(ChatMessage message)
        {
            foreach (var content in message.Contents)
            {
                if (content is GivenFile file)
                    _files.Add(file);
                if ((content is GivenFile given ? given.Line : (content as TextContent)?.Text) is { } text)
                    Add(text);
            }
        }

        public Turn Build() => new(role, _joined?.ToString() ?? _first) { Files = _files };

        private void Add(string text)
        {
            if (_first.Length == 0)
                _first = text;
            else
                Append(_joined ??= new StringBuilder(_first), text);
        }
    }
}

/// <summary>What the user or the assistant says until the other has the turn.</summary>
/// <param name="Role"><see cref="Turns.User"/> or <see cref="Turns.Assistant"/>.</param>
internal readonly record struct Turn(string Role, string Text)
{
    /// <summary>The files that the model is given with the text, in the order in which the text names them.</summary>
    public IReadOnlyList<GivenFile> Files { get; init; } = [];
}
