using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// What the model is given. The rule depends on nothing but the journal and the model's settings, so it can be replayed: the system prompt
/// always; then the newest whole exchanges (a message and its answer, not one that is superseded) that fit the budget, in order; last, the
/// question, always. If the provider takes less than that, it is given the newest of it (<see cref="ShrinkingPrompt"/>), and the journal says
/// how many messages that were (<see cref="SessionProtocol.AnswerFinished.PromptMessages"/>).
/// </summary>
internal static class Prompt
{
    /// <summary>Our count of a text, see <see cref="TokenEstimate"/>.</summary>
    public static int EstimateTokens(string text) => (int)TokenEstimate.Of(text).Total;

    /// <summary>The conversation for the running answer of <paramref name="state"/>.</summary>
    /// <exception cref="InvalidOperationException">No answer runs.</exception>
    public static IReadOnlyList<ChatMessage> For(SessionState state, ModelDescription model, string? systemPrompt)
    {
        var running = state.Running ?? throw new InvalidOperationException("No answer runs.");
        var question = state.Items.OfType<UserItem>().Single(q => q.MessageId == running.QuestionId);
        var budget = model.ContextTokens - model.MaxOutputTokens - Cost(systemPrompt) - Cost(question.Content) - Cost(running.Text);

        var newestFirst = new List<ChatMessage> { new(ChatRole.User, question.Content) };
        foreach (var exchange in ImportedExchanges(state).Concat(ExchangesBefore(state, question)).Reverse())
        {
            budget -= exchange.Sum(message => Cost(message.Text));
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

    /// <summary>Our count of a prompt, for providers that give none.</summary>
    public static long EstimateTokens(IEnumerable<ChatMessage> prompt) => prompt.Sum(m => (long)Cost(m.Text));

    private static int Cost(string? text) => string.IsNullOrEmpty(text) ? 0 : EstimateTokens(text) + TokenEstimate.PerMessage;

    /// <summary>Each a message and its answer, if it has one.</summary>
    private static IEnumerable<IReadOnlyList<ChatMessage>> ExchangesBefore(SessionState state, UserItem question)
    {
        var answers = new Dictionary<MessageId, AnswerItem>();
        foreach (var answer in state.Items.OfType<AnswerItem>().Where(a => !a.Superseded))
            answers[answer.QuestionId] = answer;
        foreach (var message in state.Items.OfType<UserItem>().Where(m => m.Seq < question.Seq))
        {
            var asked = new ChatMessage(ChatRole.User, message.Content);
            yield return answers.GetValueOrDefault(message.MessageId) is { Text.Length: > 0 } answer
                ? [asked, new ChatMessage(ChatRole.Assistant, answer.Text)]
                : [asked];
        }
    }

    /// <summary>
    /// What was said in the replaced service, all of it before anything else: each message of the owner and whatever a model or an admin
    /// said next. What the service itself said is no part of the conversation.
    /// </summary>
    private static IEnumerable<IReadOnlyList<ChatMessage>> ImportedExchanges(SessionState state)
    {
        var exchange = new List<ChatMessage>();
        foreach (var item in state.Items.OfType<ImportedItem>().Where(i => i is { Sender: not ImportedSender.System, Content.Length: > 0 }))
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
