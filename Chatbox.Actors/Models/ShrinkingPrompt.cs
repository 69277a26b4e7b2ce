using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// The prompt of one answer, which becomes shorter each time the provider refuses it as too long: first with less of the conversation,
/// then, when only the question is left, with a shorter answer.
/// </summary>
/// <param name="mayBeTooLong">Whether the prompt may be longer than the budget: its files have turned out to be longer than their estimate.</param>
internal sealed class ShrinkingPrompt(
    IReadOnlyList<ChatMessage> prompt,
    ModelDescription model,
    PromptLimits limits,
    bool mayBeTooLong = false
)
{
    /// <summary>Greatest number of times that a prompt is shortened.</summary>
    public const int MaxTimes = 8;

    /// <summary>Number of cuts without a known window, after which only the question is sent.</summary>
    private const int MaxCuts = 4;

    private const double Cut = 0.6;
    private const int LeastOutput = 256;

    private PromptLimits _limits = limits;
    private IReadOnlyList<ChatMessage> _prompt = prompt;
    private TokenEstimate? _refused;
    private int? _window;
    private int? _output;
    private int _times;

    /// <summary>The messages to send.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; private set; } =
        limits == PromptLimits.None && !mayBeTooLong ? prompt : limits.Newest(prompt, limits.BudgetOf(model));

    /// <summary>Greatest length of the answer in tokens; null for the model's own limit.</summary>
    public int? Output => _output ?? (_limits.OutputOf(model) is var most && most < model.MaxOutputTokens ? most : null);

    /// <summary>Number of messages of the conversation in the prompt, the question included; null if nothing was left out.</summary>
    public int? Sent => Messages.Count == _prompt.Count ? null : Said(Messages);

    /// <summary>Makes the prompt shorter; false if nothing more can be left out.</summary>
    /// <param name="window">The window that the refusal named; null if it named none.</param>
    public bool Shrink(int? window)
    {
        if (++_times > MaxTimes)
            return false;
        var sent = TokenEstimate.Of(Messages);
        _refused ??= sent;
        if (window is { } named && named < model.ContextTokens && named != _window)
        {
            _window = named;
            _limits = _limits with { Window = named };
            var (shorter, before) = (_limits.Newest(_prompt, _limits.BudgetOf(model)), Messages.Count);
            if (shorter.Count < before)
            {
                Messages = shorter;
                return true;
            }

            if (Output is { } most && most < model.MaxOutputTokens && _times == 1)
                return true;
        }

        if (Said(Messages) > 1)
        {
            Messages = _limits.Newest(Messages, _times > MaxCuts ? 0 : _limits.Cost(sent) * Cut);
            return true;
        }

        var output = (_output ?? _limits.OutputOf(model)) / 2;
        _output = output;
        return output >= LeastOutput;
    }

    /// <summary>Names all files instead of giving them, because the provider refuses them; false if none is given.</summary>
    public bool LeaveOutFiles()
    {
        if (ReadPrompt.Given(Messages).Count == 0)
            return false;
        Messages = ReadPrompt.WithoutFiles(Messages);
        _prompt = ReadPrompt.WithoutFiles(_prompt);
        return true;
    }

    /// <summary>Learns from an answer to this prompt.</summary>
    /// <param name="reported">The provider's count of this prompt alone; null if it reported none.</param>
    public PromptLimits Learn(PromptLimits known, long? reported, DateTimeOffset now)
    {
        var taken = TokenEstimate.Of(Messages);
        if (_refused is { } refused)
            return known.Shortened(model, refused, taken, reported, _window, _output, now);
        return reported is { } tokens ? known.Counted(model, taken, tokens, now) : known;
    }

    private static int Said(IReadOnlyList<ChatMessage> messages) =>
        PromptLimits.Question(messages) + 1 - messages.TakeWhile(message => message.Role == ChatRole.System).Count();
}
