using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// The limits of a model's prompts that a node has learned: how many tokens the model counts per estimated token, and its window. They only
/// make prompts shorter than the settings allow, never longer. The effect of a single answer is bounded and fades, so that one unusual
/// conversation does not shorten the prompts of all others for good.
/// </summary>
/// <param name="Narrow">
/// The model's tokens per estimated token, for characters of one or two bytes in UTF-8; 1 to <see cref="MostRate"/>.
/// </param>
/// <param name="Wide">The model's tokens per estimated token, for all other characters; 1 to <see cref="MostRate"/>.</param>
/// <param name="Window">The window that the model named, in tokens; null if it named none smaller than the configured one.</param>
/// <param name="Output">The answer limit at which the shortest prompt was accepted, in tokens; null if the configured limit fits.</param>
/// <param name="HeldUntil">Until this time, a lesson from a refusal is kept.</param>
internal sealed record PromptLimits(double Narrow, double Wide, int? Window, int? Output, DateTimeOffset HeldUntil)
{
    /// <summary>
    /// Greatest ratio of the model's tokens to estimated tokens. A larger one means that the configured window is too large.
    /// </summary>
    public const double MostRate = 16;

    /// <summary>How long a lesson from a refusal is kept. Afterwards the settings are tried again.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromHours(1);

    /// <summary>Greatest ratio that is learned from a provider's count, without a refusal.</summary>
    private const double MostReportedRate = 4;

    /// <summary>Safety margin, because the next conversation may have more tokens per character.</summary>
    private const double Margin = 1.05;

    /// <summary>How far one smaller count lowers the ratio (0 to 1).</summary>
    private const double Fading = 0.2;

    /// <summary>The limits of a model of which nothing is known: the estimates are used as they are.</summary>
    public static readonly PromptLimits None = new(1, 1, null, null, DateTimeOffset.MinValue);

    /// <summary>The limits that are still valid at a time.</summary>
    public PromptLimits At(DateTimeOffset now) => now < HeldUntil || HeldUntil == DateTimeOffset.MinValue ? this : None;

    /// <summary>The estimate in tokens of the model.</summary>
    public double Cost(TokenEstimate estimate) => (estimate.Narrow * Narrow + estimate.Wide * Wide) / 4;

    /// <summary>Greatest length of one answer, in tokens.</summary>
    public int OutputOf(ModelDescription model) =>
        Math.Min(
            Output ?? model.MaxOutputTokens,
            Window is { } window ? Math.Min(model.MaxOutputTokens, window / 2) : model.MaxOutputTokens
        );

    /// <summary>Greatest length of a prompt, in tokens of the model.</summary>
    public int BudgetOf(ModelDescription model) => Math.Min(Window ?? model.ContextTokens, model.ContextTokens) - OutputOf(model);

    /// <summary>
    /// Selects the newest part of a prompt that fits a budget. The system prompt, the question and the answer so far are always included;
    /// of the rest, as many whole exchanges as fit, without gaps.
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

    /// <summary>The index of the question: the last message of the user.</summary>
    public static int Question(IReadOnlyList<ChatMessage> prompt)
    {
        for (var i = prompt.Count - 1; i >= 0; i--)
            if (prompt[i].Role == ChatRole.User)
                return i;
        return prompt.Count;
    }

    /// <summary>Learns from the provider's count of a prompt that it accepted.</summary>
    public PromptLimits Counted(ModelDescription model, TokenEstimate prompt, long tokens, DateTimeOffset now)
    {
        // For a short prompt, the tokens that the provider adds itself would look like a high ratio.
        if (Cost(prompt) < BudgetOf(model) / 4.0)
            return At(now);
        return At(now).WithRate(prompt, RateOf(prompt, tokens, MostReportedRate), now);
    }

    /// <summary>Learns from a prompt that was refused as too long and accepted when shortened.</summary>
    /// <param name="reported">The provider's count of the shortened prompt; null if it reported none.</param>
    /// <param name="window">The window that the refusal named; null if it named none.</param>
    /// <param name="output">The shortened limit of the answer; null if it was not shortened.</param>
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

    /// <summary>The model's tokens per estimated token, for the kind of character that most of the prompt consists of.</summary>
    private double RateOf(TokenEstimate prompt, double tokens, double most)
    {
        var (own, other) = IsWide(prompt) ? (prompt.Wide, prompt.Narrow * Narrow) : (prompt.Narrow, prompt.Wide * Wide);
        return own == 0 ? 1 : Math.Clamp((tokens * 4 - other) / own, 1, most);
    }

    // The ratio rises at once, because the next prompt must fit. It falls slowly, and not while a refusal is remembered.
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
