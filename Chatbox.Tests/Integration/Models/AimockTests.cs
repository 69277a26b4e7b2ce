using Chatbox.Actors.Models;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of OpenAI and Anthropic against an independent fake.</summary>
public sealed class AimockTests(Aimock aimock) : IClassFixture<Aimock>
{
    private static readonly string[] Both = ["openai", "anthropic"];

    [FactRequiresNode]
    public Task A_streamed_answer_arrives_to_the_letter_with_its_usage() =>
        ForBoth(
            "please stream",
            answer =>
            {
                Assert.Equal("Grüße, 世界! 👋 A \"streamed\" answer,\n\nin several pieces.", answer.Text);
                Assert.Equal(ChatFinishReason.Stop, answer.Finish);
                Assert.Equal(21, answer.Usage?.InputTokenCount);
                Assert.Equal(17, answer.Usage?.OutputTokenCount);
            }
        );

    [FactRequiresNode]
    public Task A_slow_answer_arrives_whole() => ForBoth("please be slow", answer => Assert.Equal("Slow but whole.", answer.Text));

    [FactRequiresNode]
    public Task An_answer_that_reached_its_limit_says_so() =>
        ForBoth(
            "please be long",
            answer =>
            {
                Assert.Equal("As long as I may", answer.Text);
                Assert.Equal(ChatFinishReason.Length, answer.Finish);
            }
        );

    [FactRequiresNode]
    public Task A_cut_answer_is_broken_and_what_came_is_its_beginning() =>
        ForBoth(
            "please cut",
            answer =>
            {
                Assert.Equal(ModelFailureKind.Broken, answer.Failure?.Kind);
                Assert.StartsWith(answer.Text, "This answer is cut before it can come to its end.");
            }
        );

    [FactRequiresNode]
    public Task A_limit_names_the_time_to_wait() =>
        ForBoth(
            "please limit",
            answer =>
            {
                Assert.Equal(ModelFailureKind.RateLimited, answer.Failure?.Kind);
                Assert.Equal(TimeSpan.FromSeconds(3), answer.Failure?.RetryAfter);
            }
        );

    [FactRequiresNode]
    public async Task Refusals_and_breakdowns_are_told_apart()
    {
        await ForBoth("please refuse", answer => Assert.Equal(ModelFailureKind.Rejected, answer.Failure?.Kind));
        await ForBoth("please break", answer => Assert.Equal(ModelFailureKind.Unavailable, answer.Failure?.Kind));
        await ForBoth("nobody expects this", answer => Assert.NotNull(answer.Failure));
    }

    private async Task ForBoth(string question, Action<Adapters.Outcome> check)
    {
        foreach (var type in Both)
        {
            using var client = Adapters.Create(type, aimock.Endpoint);
            check(await client.Ask([new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, question)]));
        }
    }
}
