using Chatbox.Actors.Models;
using Chatbox.Messages;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Property.Models;

/// <summary>Properties of learned limits: they only shorten prompts, within bounds, and never remove the question.</summary>
public sealed class PromptLimitsProperties
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Property(MaxTest = 300)]
    public void Prompt_is_the_newest_of_itself_and_keeps_what_must_be_kept(
        (byte Question, byte Answer)[] exchanges,
        bool system,
        bool soFar,
        ushort budget
    )
    {
        var prompt = Prompt(exchanges, system, soFar);
        var newest = PromptLimits.None.Newest(prompt, budget);

        var head = system ? 1 : 0;
        Assert.Equal(prompt.Take(head), newest.Take(head));
        var kept = newest.Skip(head).ToList();
        Assert.Equal(prompt.TakeLast(kept.Count), kept);
        Assert.Equal(ChatRole.User, kept[0].Role);
        Assert.True(kept.Count >= (soFar ? 2 : 1));

        // The prompt contains as much as fits, and not more, unless nothing can be left out.
        if (kept.Count > (soFar ? 2 : 1))
            Assert.True(PromptLimits.None.Cost(TokenEstimate.Of(newest)) <= budget);
        if (newest.Count < prompt.Count)
        {
            var before = prompt.Count - kept.Count;
            var more = prompt.Take(before).ToList().FindLastIndex(message => message.Role == ChatRole.User);
            Assert.True(PromptLimits.None.Cost(TokenEstimate.Of([.. newest, .. prompt.Skip(more).Take(before - more)])) > budget);
        }
    }

    [Property(MaxTest = 300)]
    public void Shrinking_ends_and_every_step_is_shorter(
        (byte Question, byte Answer)[] exchanges,
        bool system,
        bool soFar,
        ushort[] windows
    )
    {
        var model = Model();
        var prompt = new ShrinkingPrompt(Prompt(exchanges, system, soFar), model, PromptLimits.None);
        var times = 0;
        while (true)
        {
            var (messages, output) = (prompt.Messages.Count, prompt.Output ?? model.MaxOutputTokens);
            if (!prompt.Shrink(windows.Length > times ? 256 + windows[times] : null))
                break;
            times++;
            Assert.True(prompt.Messages.Count < messages || (prompt.Output ?? model.MaxOutputTokens) < output);
            Assert.Contains(prompt.Messages, message => message.Role == ChatRole.User);
        }

        Assert.InRange(times, 0, ShrinkingPrompt.MaxTimes);
        Within(prompt.Learn(PromptLimits.None, null, Now), model);
    }

    [Property(MaxTest = 300)]
    public void What_is_learned_stays_within_bounds_and_ordinary_counts_bring_it_back(
        (uint Narrow, uint Wide, long Reported)[] answers,
        bool refused,
        bool wide
    )
    {
        var model = Model();
        var limits = PromptLimits.None;
        foreach (var (narrow, wides, reported) in answers)
        {
            var prompt = new TokenEstimate(narrow, wides);
            limits = refused
                ? limits.Shortened(model, prompt + prompt, prompt, reported, null, null, Now)
                : limits.Counted(model, prompt, reported, Now);
            Within(limits, model);
        }

        var ordinary = wide ? new TokenEstimate(0, 100_000) : new TokenEstimate(100_000, 0);
        for (var n = 0; n < 60; n++)
            limits = limits.Counted(model, ordinary, ordinary.Total, Now + PromptLimits.Hold);
        Assert.InRange(wide ? limits.Wide : limits.Narrow, 1, 1.01);
    }

    private static void Within(PromptLimits limits, ModelDescription model)
    {
        Assert.InRange(limits.Narrow, 1, PromptLimits.MostRate);
        Assert.InRange(limits.Wide, 1, PromptLimits.MostRate);
        Assert.InRange(limits.BudgetOf(model), 1, model.ContextTokens);
        Assert.InRange(limits.OutputOf(model), 1, model.MaxOutputTokens);
    }

    private static ModelDescription Model() => new(new ModelId("m"), "M", "openai") { ContextTokens = 8_192, MaxOutputTokens = 1_024 };

    private static List<ChatMessage> Prompt((byte Question, byte Answer)[] exchanges, bool system, bool soFar)
    {
        var prompt = new List<ChatMessage>();
        if (system)
            prompt.Add(new ChatMessage(ChatRole.System, "Be kind."));
        foreach (var (question, answer) in exchanges)
        {
            prompt.Add(new ChatMessage(ChatRole.User, new string(question % 2 == 0 ? 'x' : '語', question + 1)));
            if (answer > 0)
                prompt.Add(new ChatMessage(ChatRole.Assistant, new string('y', answer * 4)));
        }

        prompt.Add(new ChatMessage(ChatRole.User, "And now?"));
        if (soFar)
            prompt.Add(new ChatMessage(ChatRole.Assistant, "Half an"));
        return prompt;
    }
}
