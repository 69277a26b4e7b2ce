using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>Successful answers from every type of provider. Protocol section 5.</summary>
public sealed class AnswersStreamingTests(AnswersStreamingTests.Host host) : IClassFixture<AnswersStreamingTests.Host>
{
    private const string SystemPrompt = "Answer in one word.";

    private static readonly string[] Pieces = ["Grüße, ", "世界! ", "👋🏽 ", "\"quoted\" \\ ", "<b>&amp;</b>\n\n", "\t", "Ω", "."];

    public static TheoryData<string> Kinds => new(AnswersNode.Kinds);

    public sealed class Host : AnswersNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["LLM_SYSTEM_PROMPT"] = SystemPrompt };
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answer_arrives_to_the_letter_and_its_pieces_as_they_are_said(string kind)
    {
        var question = $"to the letter {kind}";
        var gates = Pieces.Select(_ => new TaskCompletionSource()).ToList();
        var script = ModelScript.Begin();
        foreach (var (piece, gate) in Pieces.Zip(gates))
            script = script.Pieces(piece).Wait(gate.Task);
        host.WhenAsked(question, script.End());
        await using var talk = await host.TalkWith(kind);
        await talk.Say(question);

        var answer = "";
        for (var n = 0; n < Pieces.Length; n++)
        {
            // The model sends the next piece only after the client has seen this one, so the node must not hold pieces back.
            var piece = await talk.Client.Next("ai_response");
            Assert.Equal(Pieces[n], piece.Text("content"));
            Assert.Equal(answer.Length, piece.GetProperty("offset").GetInt32());
            Assert.Equal((kind, "true", "false"), (piece.Text("model_id"), piece.Metadata("streaming"), piece.Metadata("done")));
            Assert.False(piece.TryGetProperty("seq", out _));
            answer += Pieces[n];
            gates[n].SetResult();
        }

        var ending = await talk.End();
        ending.Was("stop", answer);
        Assert.Equal(answer.Length, ending.Done.GetProperty("offset").GetInt32());
        Assert.Equal("", ending.Done.Text("content"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Bytes_may_break_anywhere(string kind)
    {
        var question = $"bytes {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces(Pieces).Usage(1, 2).End().CrLf().InChunksOf(3));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("stop", string.Concat(Pieces));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answer_without_text_ends_as_well(string kind)
    {
        var question = $"nothing {kind}";
        host.WhenAsked(question, ModelScript.Begin().End());
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("stop", "");
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Answer_that_reached_its_limit_says_so_and_is_no_failure(string kind)
    {
        var question = $"length {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("As long as", " I may").End("length"));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("length", "As long as I may");
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Filtered_answer_is_cut(string kind)
    {
        var question = $"filter {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("I will not").End("content_filter"));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("cut", "I will not");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Usage_is_the_providers_own(string kind)
    {
        var question = $"usage {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("text").Usage(1234, 56).End());
        await using var talk = await host.TalkWith(kind);
        var done = (await talk.Ask(question)).Done;
        Assert.Equal(("1234", "56"), (done.Metadata("prompt_tokens"), done.Metadata("completion_tokens")));
        Assert.Null(done.Metadata("usage_estimated"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Usage_that_the_provider_does_not_give_is_estimated_and_marked(string kind)
    {
        var question = $"no usage {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces(new string('x', 400)).End());
        await using var talk = await host.TalkWith(kind);
        var done = (await talk.Ask(question)).Done;
        Assert.Equal("true", done.Metadata("usage_estimated"));
        Assert.Equal("100", done.Metadata("completion_tokens"));
        Assert.InRange(int.Parse(done.Metadata("prompt_tokens")!), 1, 100);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Provider_gets_the_system_prompt_and_the_conversation_in_its_own_roles(string kind)
    {
        await using var talk = await host.TalkWith(kind);
        host.WhenAsked($"first {kind}", ModelScript.Answer("One."));
        host.WhenAsked($"second {kind}", ModelScript.Answer("Two."));
        host.WhenAsked($"third {kind}", ModelScript.Answer("Three."));
        foreach (var question in new[] { "first", "second", "third" })
        {
            await talk.Say($"{question} {kind}");
            await talk.Client.NextDone();
        }

        var request = Assert.Single(host.RequestsFor($"third {kind}")).Json;
        var messages = request.GetProperty("messages").EnumerateArray().Select(m => (m.Text("role"), m.Text("content"))).ToList();
        var system = kind == "openai" ? messages[0] : ("system", request.Text("system"));
        Assert.Equal(("system", SystemPrompt), system);
        Assert.Equal(
            [
                ("user", $"first {kind}"),
                ("assistant", "One."),
                ("user", $"second {kind}"),
                ("assistant", "Two."),
                ("user", $"third {kind}"),
            ],
            kind == "openai" ? messages.Skip(1) : messages
        );
        Assert.True(request.GetProperty("stream").GetBoolean());
        Assert.Equal("scripted", request.Text("model"));
    }

    [Fact]
    public async Task Dify_keeps_the_conversation_itself_and_is_told_its_id_and_who_asks()
    {
        await using var talk = await host.TalkWith("dify");
        string[] questions = ["dify one", "dify two", "dify three"];
        foreach (var question in questions)
        {
            host.WhenAsked(question, ModelScript.Answer("Yes."));
            await talk.Say(question);
            await talk.Client.NextDone();
        }

        var requests = questions.Select(question => Assert.Single(host.RequestsFor(question)).Json).ToList();
        Assert.Equal(questions, requests.Select(r => r.Text("query")));
        Assert.Null(requests[0].Text("conversation_id"));
        Assert.False(string.IsNullOrEmpty(requests[1].Text("conversation_id")));
        Assert.Equal(requests[1].Text("conversation_id"), requests[2].Text("conversation_id"));
        Assert.Single(requests.Select(r => r.Text("user")).Distinct());
        Assert.StartsWith("user-", requests[0].Text("user"));
    }

    [Fact]
    public async Task Conversation_that_another_model_has_gone_on_with_is_told_to_dify_anew()
    {
        await using var talk = await host.TalkWith("dify");
        foreach (var (kind, question) in new[] { ("dify", "d one"), ("openai", "o two"), ("dify", "d three") })
        {
            await talk.Select(kind);
            host.WhenAsked(question, ModelScript.Answer($"Answer to {question}."));
            await talk.Say(question);
            await talk.Client.NextDone();
        }

        var last = Assert.Single(host.RequestsFor("d three")).Json;
        Assert.Null(last.Text("conversation_id"));
        Assert.Contains("Answer to d one.", last.Text("query"));
        Assert.Contains("Answer to o two.", last.Text("query"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stopped_answer_keeps_what_was_shown_and_its_provider_is_left(string kind)
    {
        var question = $"stop {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half an ").Hang());
        await using var talk = await host.TalkWith(kind);
        await talk.Say(question);
        await talk.HasSeen("Half an ");

        await talk.Client.SendText("""{"type":"stop","id":"stop"}""");
        (await talk.End()).Was("stopped", "Half an ");

        var request = Assert.Single(host.RequestsFor(question));
        await request.Disconnected.WaitAsync(TimeSpan.FromSeconds(10));
        if (kind == "dify")
            await StopCallFor(request.Json.Text("user"));
        Assert.Equal("Half an ", talk.Client.TextOf(talk.Client.Seen.First(f => f.IsDone()).Text("message_id")!));
    }

    [Fact]
    public async Task Replaced_answer_is_withdrawn_even_by_nothing()
    {
        host.WhenAsked("replace by nothing", ModelScript.Begin().Pieces("Bad ", "words.").Replace("").End());
        await using var talk = await host.TalkWith("dify");
        (await talk.Ask("replace by nothing")).Was("cut", "");
        Assert.Single(host.RequestsFor("replace by nothing"));
    }

    [Fact]
    public async Task Replacement_of_the_same_length_shows_nothing_of_what_it_replaces()
    {
        var shown = new TaskCompletionSource();
        host.WhenAsked("replace alike", ModelScript.Begin().Pieces("damn").Wait(shown.Task).Replace("nice").Pieces(" day").End());
        await using var talk = await host.TalkWith("dify");
        await talk.Say("replace alike");
        await talk.HasSeen("damn");
        shown.SetResult();
        (await talk.End()).Was("cut", "nice day");
        Assert.Single(talk.Client.Seen, f => f.Text("content")?.Contains("damn") == true);
    }

    /// <summary>Waits until the stop request for this user has arrived; the adapter sends it when the answer's stream is closed.</summary>
    private async Task StopCallFor(string? user)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!host.Models.Requests.Any(r => r.Path.EndsWith("/stop", StringComparison.Ordinal) && r.Json.Text("user") == user))
            await pause.WaitForNextTickAsync(deadline.Token);
    }
}
