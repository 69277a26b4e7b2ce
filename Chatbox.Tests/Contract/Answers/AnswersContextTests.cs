using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>Promise context: the model sees as much of the newest conversation as its window holds, and always the system prompt.</summary>
public sealed class AnswersContextTests(AnswersContextTests.Host host) : IClassFixture<AnswersContextTests.Host>
{
    private const string SystemPrompt = "Be kind and answer in rhymes.";

    public sealed class Host : AnswersNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["LLM_SYSTEM_PROMPT"] = SystemPrompt,
                ["LLM_PROVIDER_1_CONTEXT_TOKENS"] = "400",
                ["LLM_PROVIDER_1_MAX_OUTPUT_TOKENS"] = "100",
                ["LLM_PROVIDER_2_CONTEXT_TOKENS"] = "4000",
                ["LLM_PROVIDER_2_MAX_OUTPUT_TOKENS"] = "100",
            };
    }

    [Fact]
    public async Task Newest_messages_are_kept_and_the_system_prompt_always()
    {
        await using var talk = await host.TalkWith("openai");
        var questions = Enumerable.Range(0, 8).Select(n => $"question {n} {new string('q', 100)}").ToList();
        var answers = Enumerable.Range(0, 8).Select(n => $"answer {n} {new string('a', 100)}").ToList();
        foreach (var (question, answer) in questions.Zip(answers))
        {
            host.WhenAsked(question, ModelScript.Answer(answer));
            await talk.Say(question);
            await talk.Client.NextDone();
        }

        var request = Assert.Single(host.RequestsFor(questions[^1])).Json;
        var messages = request.GetProperty("messages").EnumerateArray().Select(m => (m.Text("role"), m.Text("content"))).ToList();
        Assert.Equal(("system", SystemPrompt), messages[0]);
        Assert.Equal(("user", questions[^1]), messages[^1]);

        // At four bytes per token and four tokens per message, about four exchanges fit. They must be the newest, complete and in order.
        var history = messages.Skip(1).SkipLast(1).ToList();
        Assert.InRange(history.Count, 2, 8);
        var whole = questions
            .Zip(answers, (First, Second) => (First, Second))
            .SkipLast(1)
            .SelectMany(e => new (string?, string?)[] { ("user", e.First), ("assistant", e.Second) });
        Assert.Equal(whole.TakeLast(history.Count), history);
        Assert.InRange(messages.Sum(m => m.Item2!.Length) / 4, 1, 300);
        Assert.Equal(
            100,
            request.TryGetProperty("max_completion_tokens", out var most) ? most.GetInt32() : request.GetProperty("max_tokens").GetInt32()
        );

        // A model with a larger window sees more of the same conversation.
        await talk.Select("anthropic");
        await talk.Say("And all of it?");
        await talk.Client.NextDone();
        var all = Assert.Single(host.RequestsFor("And all of it?")).Json;
        Assert.Equal(SystemPrompt, all.Text("system"));
        Assert.Equal(17, all.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task Question_that_fills_the_window_alone_is_asked_alone()
    {
        await using var talk = await host.TalkWith("openai");
        await talk.Say("before");
        await talk.Client.NextDone();
        var question = new string('?', 2_000);
        (await talk.Ask(question)).Was("stop", "Well, well.");
        var messages = Assert.Single(host.RequestsFor(question)).Json.GetProperty("messages");
        Assert.Equal([SystemPrompt, question], messages.EnumerateArray().Select(m => m.Text("content")));
    }
}
