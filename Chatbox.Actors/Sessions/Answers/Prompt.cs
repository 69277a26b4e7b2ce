using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// Builds the prompt of an answer: the system prompt; then, in order, the newest whole exchanges (a message and its answer, without
/// superseded answers) that fit the model's context; then the question. Files that the model can read are in it as <see cref="PromptFile"/>, and are
/// read by the node that asks the model. Depends only on the journal and the model's settings, so it can be
/// replayed. If the provider refuses the prompt as too long, it gets fewer exchanges (<see cref="ShrinkingPrompt"/>), and the journal notes
/// how many messages it got (<see cref="SessionProtocol.AnswerFinished.PromptMessages"/>).
/// </summary>
internal static class Prompt
{
    /// <summary>Estimates the tokens of a text; see <see cref="TokenEstimate"/>.</summary>
    public static int EstimateTokens(string text) => (int)TokenEstimate.Of(text).Total;

    /// <summary>The prompt for the running answer of <paramref name="state"/>.</summary>
    /// <exception cref="InvalidOperationException">No answer runs.</exception>
    public static IReadOnlyList<ChatMessage> For(SessionState state, ModelDescription model, string? systemPrompt)
    {
        var running = state.Running ?? throw new InvalidOperationException("No answer runs.");
        var question = state.QuestionOf(running);
        var budget = model.ContextTokens - model.MaxOutputTokens - Cost(systemPrompt) - Cost(running.Text);

        var newestFirst = new List<ChatMessage> { FilesPart.Asked(VoicePart.Heard(state, question), model) };
        budget -= Cost(newestFirst[0]);
        var said = state.Items.Where(IsSaid).ToList();
        foreach (var exchange in ImportedExchanges(said).Concat(ExchangesBefore(state, said, question, model)).Reverse())
        {
            budget -= exchange.Sum(Cost);
            if (budget < 0)
                break;
            newestFirst.AddRange(Enumerable.Reverse(exchange));
        }

        if (!string.IsNullOrEmpty(systemPrompt))
            newestFirst.Add(new ChatMessage(ChatRole.System, systemPrompt));
        newestFirst.Reverse();
        if (running.Text.Length > 0)
            newestFirst.Add(new ChatMessage(ChatRole.Assistant, running.Text));
        return newestFirst;
    }

    /// <summary>Estimates the tokens of a prompt, for providers that report no usage.</summary>
    public static long EstimateTokens(IEnumerable<ChatMessage> prompt) => prompt.Sum(message => (long)Cost(message));

    private static int Cost(string? text) => string.IsNullOrEmpty(text) ? 0 : EstimateTokens(text) + TokenEstimate.PerMessage;

    private static int Cost(ChatMessage message) => (int)TokenEstimate.Of(message).Total;

    /// <summary>
    /// Whether a prompt may contain the item. Superseded answers, imported notifications and imported items without text are left out.
    /// </summary>
    private static bool IsSaid(SessionItem item) =>
        item switch
        {
            UserItem => true,
            AnswerItem answer => !answer.Superseded,
            ImportedItem imported => imported is { Sender: not ImportedSender.System, Content.Length: > 0 },
            AdminItem or AdminJoinedItem or AdminLeftItem => true,
            NoteItem or TranscriptItem or ReturnedFileItem or SpeechItem => false,
            _ => throw new InvalidOperationException($"A prompt has no rule for {item.GetType().Name}."),
        };

    /// <summary>
    /// The exchanges before the question: each is a message and its answer, if it has one; or a part of what people said to each other.
    /// </summary>
    private static IEnumerable<IReadOnlyList<ChatMessage>> ExchangesBefore(
        SessionState state,
        List<SessionItem> said,
        UserItem question,
        ModelDescription model
    )
    {
        var answers = new Dictionary<MessageId, AnswerItem>();
        foreach (var answer in said.OfType<AnswerItem>())
            answers[answer.QuestionId] = answer;
        foreach (var item in said.Where(i => i.Seq < question.Seq))
        {
            if (item is UserItem message)
            {
                var asked = FilesPart.Asked(VoicePart.Heard(state, message), model);
                yield return answers.GetValueOrDefault(message.MessageId) is { Text.Length: > 0 } answer
                    ? [asked, new ChatMessage(ChatRole.Assistant, answer.Text)]
                    : [asked];
            }
            else if (PeoplesPart.Of(item) is { } people)
            {
                yield return [new ChatMessage(ChatRole.Assistant, people)];
            }
        }
    }

    /// <summary>
    /// The imported exchanges, which come before all others: each is a message of the owner and the replies of models and admins to it.
    /// </summary>
    private static IEnumerable<IReadOnlyList<ChatMessage>> ImportedExchanges(List<SessionItem> said)
    {
        var exchange = new List<ChatMessage>();
        foreach (var item in said.OfType<ImportedItem>())
        {
            if (item.Sender == ImportedSender.User && exchange.Count > 0)
            {
                yield return exchange;
                exchange = [];
            }

            exchange.Add(new ChatMessage(item.Sender == ImportedSender.User ? ChatRole.User : ChatRole.Assistant, item.Content));
        }

        if (exchange.Count > 0)
            yield return exchange;
    }
}
