using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>Deadlines count bytes, not text: the node waits for a provider that thinks or sends keep-alives, and asks only once.</summary>
public sealed class ThinkingTests(ThinkingTests.Host host) : IClassFixture<ThinkingTests.Host>
{
    /// <summary>The pause between two signs of life, far below the deadlines so that a busy machine does not decide the result.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The number of pauses; together they exceed the deadlines.</summary>
    private const int Pauses = 30;

    /// <summary>A node whose deadlines are shorter than the time that its models need for the first word.</summary>
    public sealed class Host : AnswersNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["LLM_FIRST_TOKEN_TIMEOUT"] = "4s",
                ["LLM_TOKEN_GAP_TIMEOUT"] = "4s",
                ["LLM_PROVIDER_2_SHOW_THINKING"] = "true",
                ["LLM_PROVIDER_3_FIRST_TOKEN_TIMEOUT"] = "60s",
            };
    }

    private static (string Kind, string Sign)[] SignsOfLife =>
        [
            ("openai", ": keep-alive\n\n"),
            ("openai", ":\n"),
            ("openai", "event: ping\n\n"),
            ("openai", Choice("\"reasoning_content\":\"hm \"")),
            ("openai", Choice("\"content\":null,\"reasoning\":\"hm \"")),
            ("openai", Choice("\"content\":\"\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm \"}]")),
            ("openai", Choice("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]")),
            ("openai", Choice("\"role\":\"assistant\",\"content\":\"\"")),
            ("anthropic", "event: ping\ndata: {\"type\":\"ping\"}\n\n"),
            ("anthropic", Delta("thinking_delta", "thinking")),
            ("anthropic", Delta("signature_delta", "signature")),
            ("dify", "event: ping\n\n"),
            ("dify", "data: {\"event\":\"agent_thought\",\"id\":\"t\",\"thought\":\"hm\"}\n\n"),
        ];

    [Fact]
    public async Task Model_that_shows_signs_of_life_is_waited_for_and_asked_once()
    {
        await Task.WhenAll(SignsOfLife.Select(async (one, n) => await IsWaitedFor($"slow {n}", one.Kind, one.Sign)));

        async Task IsWaitedFor(string question, string kind, string sign)
        {
            var script = ModelScript.Begin();
            for (var n = 0; n < Pauses; n++)
                script = script.Raw(sign).Delay(Pause);
            host.WhenAsked(question, script.Pieces("Here ").Raw(sign).Pieces("I am.").End());
            await using var talk = await host.TalkWith(kind);

            (await talk.Ask(question)).Was("stop", "Here I am.");

            Assert.Single(host.RequestsFor(question));
        }
    }

    [Fact]
    public async Task Signs_of_life_in_the_middle_move_the_gap_too()
    {
        var script = ModelScript.Begin().Pieces("Half ");
        for (var n = 0; n < Pauses; n++)
            script = script.Raw(": keep-alive\n\n").Delay(Pause);
        host.WhenAsked("slow middle", script.Pieces("and half.").End());
        await using var talk = await host.TalkWith("openai");

        (await talk.Ask("slow middle")).Was("stop", "Half and half.");
    }

    [Fact]
    public async Task Slow_starter_has_a_limit_of_its_own()
    {
        host.WhenAsked("slow start", ModelScript.Begin().Delay(TimeSpan.FromSeconds(6)).Pieces("Here.").End());
        await using var talk = await host.TalkWith("dify");

        (await talk.Ask("slow start")).Was("stop", "Here.");

        Assert.Single(host.RequestsFor("slow start"));
    }

    [Theory]
    [InlineData(": keep-alive\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm \"}}]}\n\n")]
    [InlineData("d")]
    public async Task Response_that_falls_silent_or_ends_without_a_word_is_not_paid_for_twice(string begun)
    {
        foreach (var (end, reason, error) in new[] { ("silent", "timeout", "LLM_TIMEOUT"), ("ended", "error", "LLM_UNAVAILABLE") })
        {
            var question = $"{end} {begun.Length}";
            var script = ModelScript.Begin().Raw(begun);
            host.WhenAsked(question, end == "silent" ? script.Hang() : script);
            await using var talk = await host.TalkWith("openai");

            (await talk.Ask(question)).Was(reason, "", error);

            Assert.Single(host.RequestsFor(question));
        }
    }

    [Fact]
    public async Task Viewers_are_told_that_a_model_thinks_but_not_for_every_token()
    {
        var thought = new TaskCompletionSource();
        var script = ModelScript.Begin();
        for (var n = 0; n < 50; n++)
            script = script.Raw(Choice("\"reasoning_content\":\"secret \""));
        host.WhenAsked("think", script.Wait(thought.Task).Pieces("Well.").End());
        await using var talk = await host.TalkWith("openai");
        await talk.Say("think");
        Assert.Null((await talk.Client.Next("loading")).Metadata("reason"));
        var news = await talk.Client.Next("loading");
        Assert.Equal("thinking", news.Metadata("reason"));

        // A viewer that attaches now learns at once that the model thinks.
        await using var other = await host.Node.Connect(talk.Client.Seen[0].Text("user_id")!);
        var late = await other.Next("loading");
        Assert.Equal(("thinking", news.Text("message_id")), (late.Metadata("reason"), late.Text("message_id")));
        thought.SetResult();

        (await talk.End()).Was("stop", "Well.");
        Assert.InRange(talk.Client.Seen.Count(f => f.Type() == "loading" && f.Metadata("reason") == "thinking"), 1, 5);
        Assert.DoesNotContain(talk.Client.Seen, f => f.GetRawText().Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", host.RequestsFor("What else?")[^1].Body);
    }

    [Fact]
    public async Task Thinking_is_shown_where_it_is_wanted_placed_and_kept_out_of_prompts()
    {
        var thought = new TaskCompletionSource();
        var long1 = string.Concat(Enumerable.Repeat("secret 🙂", 500));
        host.WhenAsked(
            "think aloud",
            ModelScript
                .Begin()
                .Raw(Thinking("First this. "))
                .Raw(Thinking(long1))
                .Raw(Delta("signature_delta", "signature"))
                .Wait(thought.Task)
                .Pieces("Well.")
                .End()
        );
        await using var talk = await host.TalkWith("anthropic");
        await talk.Say("think aloud");
        await talk.Client.Next(f => f.Metadata("thinking") is not null, "thinking");

        // A device that attaches in the middle receives all of the thinking.
        await using var other = await host.Node.Connect(talk.Client.Seen[0].Text("user_id")!);
        await other.Next(f => f.Metadata("thinking") is not null, "thinking");
        thought.SetResult();

        (await talk.End()).Was("stop", "Well.");
        await other.NextDone();
        foreach (var client in new[] { talk.Client, other })
        {
            Assert.Equal($"First this. {long1}", ThinkingOf(client));
            var text = client.Seen.ToList().FindIndex(f => f.Text("content") == "Well.");
            Assert.DoesNotContain(client.Seen.Skip(text), f => f.Metadata("thinking") is not null);
        }

        Assert.DoesNotContain("secret", host.RequestsFor("What else?")[^1].Body);
        await using var later = await host.Node.Connect(talk.Client.Seen[0].Text("user_id")!, "last_seq=0");
        await later.NextDone();
        Assert.DoesNotContain(later.Seen, f => f.GetRawText().Contains("secret", StringComparison.Ordinal));
    }

    private static string ThinkingOf(TestClient client)
    {
        var thinking = "";
        foreach (var frame in client.Seen.Where(f => f.Metadata("thinking") is not null))
        {
            Assert.Equal("", frame.Text("content"));
            Assert.InRange(frame.Metadata("thinking")!.Length, 1, 1_000);
            thinking = thinking[..int.Parse(frame.Metadata("thinking_offset")!)] + frame.Metadata("thinking");
        }

        return thinking;
    }

    private static string Choice(string delta) => $$$"""data: {"choices":[{"index":0,"delta":{ {{{delta}}} }}]}""" + "\n\n";

    private static string Delta(string type, string field) =>
        $$$"""data: {"type":"content_block_delta","index":0,"delta":{"type":"{{{type}}}","{{{field}}}":"secret "}}""" + "\n\n";

    private static string Thinking(string text) =>
        $$$"""data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"{{{text}}}"}}""" + "\n\n";
}
