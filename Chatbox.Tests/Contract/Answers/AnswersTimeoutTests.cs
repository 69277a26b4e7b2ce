using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>Providers that keep a node waiting. Every answer ends within its deadlines and keeps what was shown.</summary>
public sealed class AnswersTimeoutTests(AnswersTimeoutTests.Host host) : IClassFixture<AnswersTimeoutTests.Host>
{
    private const string Timeout = "LLM_TIMEOUT";

    public static TheoryData<string> Kinds => new(AnswersNode.Kinds);

    /// <summary>
    /// Deadlines that are short where a test waits for them, and long enough for a busy machine where they must not pass.
    /// </summary>
    public sealed class Host : AnswersNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["LLM_FIRST_TOKEN_TIMEOUT"] = "2s",
                ["LLM_TOKEN_GAP_TIMEOUT"] = "3s",
                ["LLM_STREAM_TIMEOUT"] = "6s",
                ["LLM_MAX_TRIES"] = "2",
            };
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Provider_without_a_first_word_is_asked_again_and_then_given_up(string kind)
    {
        var question = $"silence {kind}";
        host.WhenAsked(question, ModelScript.Silence());
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("timeout", "", Timeout);
        var requests = host.RequestsFor(question);
        Assert.Equal(2, requests.Count);
        await Task.WhenAll(requests.Select(r => r.Disconnected)).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Provider_that_was_slow_once_answers_the_second_time(string kind)
    {
        var question = $"slow {kind}";
        host.WhenAsked(question, ModelScript.Silence(), ModelScript.Answer("Here ", "I am."));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("stop", "Here I am.");
        Assert.Equal(2, host.RequestsFor(question).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Gap_that_is_too_long_ends_the_answer_with_what_was_shown(string kind)
    {
        var question = $"gap {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half an 日本").Hang());
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("timeout", "Half an 日本", Timeout);
        await Assert.Single(host.RequestsFor(question)).Disconnected.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answer_without_an_end_is_ended_at_its_deadline(string kind)
    {
        var question = $"endless {kind}";
        var script = ModelScript.Begin();
        for (var n = 0; n < 600; n++)
            script = script.Pieces("on ").Delay(TimeSpan.FromMilliseconds(20));
        host.WhenAsked(question, script.Hang());
        await using var talk = await host.TalkWith(kind);
        var ending = await talk.Ask(question);
        Assert.Equal(("timeout", Timeout), (ending.Reason, ending.Error));
        Assert.StartsWith("on on ", ending.Text);
        Assert.Equal(ending.Text.Length, ending.Done.GetProperty("offset").GetInt32());
        await Assert.Single(host.RequestsFor(question)).Disconnected.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
