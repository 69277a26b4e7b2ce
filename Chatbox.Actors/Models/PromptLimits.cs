using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// What a node has learned about how much of a conversation a model takes: how many tokens the model counts for what we estimate as one, and
/// its window where it has named one. It only ever makes prompts shorter than the settings allow, never longer. What one answer has
/// taught is bounded and fades, so that no odd conversation shortens everybody's for good.
/// </summary>
/// <param name="Narrow">Tokens of the model for one of ours, of characters of one or two bytes; 1 to <see cref="MostRate"/>.</param>
/// <param name="Wide">The same of all other characters.</param>
/// <param name="Window">The window that the model has named; null if it has named none that is smaller than the configured one.</param>
/// <param name="Output">The longest answer that fitted beside the shortest prompt, in tokens; null if the configured one does.</param>
/// <param name="HeldUntil">Until then the refusal that taught this is not forgotten.</param>
internal sealed record PromptLimits(double Narrow, double Wide, int? Window, int? Output, DateTimeOffset HeldUntil)
{
    /// <summary>No model counts more than this for one of our tokens; only a window that is set too large looks like it.</summary>
    public const double MostRate = 16;

    /// <summary>What a refusal has taught holds so long; then the settings are tried again.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromHours(1);

    /// <summary>The most that a count of the provider's may teach, without a refusal.</summary>
    private const double MostReportedRate = 4;

    /// <summary>The next conversation may be counted a little higher than this one.</summary>
    private const double Margin = 1.05;

    /// <summary>How much of the way a smaller count brings the rate back.</summary>
    private const double Fading = 0.2;

    /// <summary>Nothing is known: our estimates count.</summary>
    public static readonly PromptLimits None = new(1, 1, null, null, DateTimeOffset.MinValue);

    /// <summary>What is still held to be true.</summary>
    public PromptLimits At(DateTimeOffset now) => now < HeldUntil || HeldUntil == DateTimeOffset.MinValue ? this : None;

    /// <summary>Our estimate as the model would count it.</summary>
    public double Cost(TokenEstimate estimate) => (estimate.Narrow * Narrow + estimate.Wide * Wide) / 4;

    /// <summary>Most tokens of one answer.</summary>
    public int OutputOf(ModelDescription model) =>
        Math.Min(
            Output ?? model.MaxOutputTokens,
            Window is { } window ? Math.Min(model.MaxOutputTokens, window / 2) : model.MaxOutputTokens
        );

    /// <summary>Most tokens of a prompt, as the model counts them.</summary>
    public int BudgetOf(ModelDescription model) => Math.Min(Window ?? model.ContextTokens, model.ContextTokens) - OutputOf(model);

    /// <summary>
    /// The newest of a prompt that fit a budget: always the system prompt, the question and the answer so far; of the rest whole exchanges,
    /// without a hole.
    /// </summary>
    public IReadOnlyList<ChatMessage> Newest(IReadOnlyList<ChatMessage> prompt, double budget)
    {
        var question = Question(prompt);
        var first = prompt.TakeWhile(message => message.Role == ChatRole.System).Count();
        var start = question;
        budget -= Cost(TokenEstimate.Of(prompt.Take(first).Concat(prompt.Skip(question))));
        for (var end = question; end > first; end = start)
        {
            var begin = end - 1;
            while (begin > first && prompt[begin].Role != ChatRole.User)
                begin--;
            budget -= Cost(TokenEstimate.Of(prompt.Skip(begin).Take(end - begin)));
            if (budget < 0)
                break;
            start = begin;
        }

        return start == first ? prompt : [.. prompt.Take(first), .. prompt.Skip(start)];
    }

    /// <summary>The place of the question: the last message of the user.</summary>
    public static int Question(IReadOnlyList<ChatMessage> prompt)
    {
        for (var i = prompt.Count - 1; i >= 0; i--)
            if (prompt[i].Role == ChatRole.User)
                return i;
        return prompt.Count;
    }

    /// <summary>The provider has counted a prompt that it took.</summary>
    public PromptLimits Counted(ModelDescription model, TokenEstimate prompt, long tokens, DateTimeOffset now)
    {
        // In a short prompt, what the provider adds of its own would look like a high rate.
        if (Cost(prompt) < BudgetOf(model) / 4.0)
            return At(now);
        return At(now).WithRate(prompt, RateOf(prompt, tokens, MostReportedRate), now);
    }

    /// <summary>A prompt was refused as too long, and what was left of it was then taken.</summary>
    /// <param name="reported">The provider's count of what it took, if it gave one.</param>
    /// <param name="window">The window that the refusal named.</param>
    /// <param name="output">The longest answer asked for beside it, if that had to be shortened.</param>
    public PromptLimits Shortened(
        ModelDescription model,
        TokenEstimate refused,
        TokenEstimate taken,
        long? reported,
        int? window,
        int? output,
        DateTimeOffset now
    )
    {
        var known = At(now);
        var learned = known with
        {
            Window = window is { } named && named < model.ContextTokens ? named : known.Window,
            Output = output ?? known.Output,
            HeldUntil = now + Hold,
        };
        if (refused.Total <= taken.Total)
            return learned;
        var budget = learned.BudgetOf(model);
        if (
            reported is { } tokens
            && learned.WithRate(taken, RateOf(taken, tokens * Margin, MostRate), now) is { } counted
            && counted.Cost(refused) > budget
        )
            return counted;
        return learned.Cost(refused) > budget && window is not null
            ? learned
            : learned.WithRate(taken, RateOf(taken, budget, MostRate), now);
    }

    /// <summary>What the model counts for one of our tokens, of the characters that most of the prompt consists of.</summary>
    private double RateOf(TokenEstimate prompt, double tokens, double most)
    {
        var (own, other) = IsWide(prompt) ? (prompt.Wide, prompt.Narrow * Narrow) : (prompt.Narrow, prompt.Wide * Wide);
        return own == 0 ? 1 : Math.Clamp((tokens * 4 - other) / own, 1, most);
    }

    // Up at once: the next prompt must fit. Down slowly, and not while a refusal is remembered.
    private PromptLimits WithRate(TokenEstimate prompt, double rate, DateTimeOffset now)
    {
        var before = IsWide(prompt) ? Wide : Narrow;
        var after =
            rate >= before ? rate
            : now < HeldUntil ? before
            : before + (rate - before) * Fading;
        return IsWide(prompt) ? this with { Wide = after } : this with { Narrow = after };
    }

    private static bool IsWide(TokenEstimate prompt) => prompt.Wide > prompt.Narrow;
}
