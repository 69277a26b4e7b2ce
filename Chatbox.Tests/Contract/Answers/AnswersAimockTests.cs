using Chatbox.Tests.Contract.Files;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>The whole path from a socket to servers that other people wrote after the protocols of OpenAI and Anthropic.</summary>
public sealed class AnswersAimockTests(Aimock aimock) : IClassFixture<Aimock>, IAsyncLifetime
{
    private const string Unavailable = "LLM_UNAVAILABLE";

    private static readonly string[] Both = ["openai", "anthropic"];

    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        var settings = new Dictionary<string, string> { ["LLM_RETRY_DELAY"] = "1ms", ["LLM_MAX_TRIES"] = "2" };
        for (var n = 1; n <= Both.Length; n++)
        {
            settings[$"LLM_PROVIDER_{n}_ID"] = Both[n - 1];
            settings[$"LLM_PROVIDER_{n}_TYPE"] = Both[n - 1];
            settings[$"LLM_PROVIDER_{n}_ENDPOINT"] = aimock.Endpoint.ToString();
            settings[$"LLM_PROVIDER_{n}_API_KEY"] = "provider-key-of-this-test";
            settings[$"LLM_PROVIDER_{n}_MODEL"] = "mock";
            settings[$"LLM_PROVIDER_{n}_VISION"] = "true";
            settings[$"LLM_PROVIDER_{n}_DOCUMENTS"] = "true";
        }

        _node = await TestNode.Start(settings);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [FactRequiresNode]
    public Task Answer_arrives_to_the_letter_with_its_usage() =>
        Ask(
            "please stream",
            (client, done) =>
            {
                Assert.Equal("Grüße, 世界! 👋 A \"streamed\" answer,\n\nin several pieces.", client.TextOf(done.Text("message_id")!));
                Assert.Equal("stop", done.Metadata("finish_reason"));
                Assert.Equal(
                    ("21", "17", null),
                    (done.Metadata("prompt_tokens"), done.Metadata("completion_tokens"), done.Metadata("usage_estimated"))
                );
            }
        );

    [FactRequiresNode]
    public Task Slow_answer_arrives_whole() => Ask("please be slow", "stop", "Slow but whole.");

    [FactRequiresNode]
    public Task Answer_at_its_limit_says_so() => Ask("please be long", "length", "As long as I may");

    [FactRequiresNode]
    public Task Cut_answer_keeps_what_came() =>
        Ask(
            "please cut",
            (client, done) =>
            {
                var text = client.TextOf(done.Text("message_id")!);
                Assert.StartsWith(text, "This answer is cut before it can come to its end.");
                Assert.Equal(text.Length > 0 ? "cut" : "error", done.Metadata("finish_reason"));
            },
            Unavailable
        );

    [FactRequiresNode]
    public Task Limited_provider_is_waited_for_and_then_given_up() => Ask("please limit", "error", "", Unavailable);

    [FactRequiresNode]
    public Task Provider_that_refuses_is_an_error() => Ask("please refuse", "error", "", Unavailable);

    [FactRequiresNode]
    public Task Provider_that_breaks_is_an_error() => Ask("please break", "error", "", Unavailable);

    [FactRequiresNode]
    public async Task Pictures_and_documents_are_parts_that_the_server_reads()
    {
        foreach (var kind in Both)
        {
            await using var talk = await ModelFilesNode.FileTalker.Begin(_node.Address, _node.Http, $"{kind} looks", kind);
            await talk.Send("please look", (SampleImages.Of(".png"), "halves.png"), (SampleFiles.Pdf("Page"), "page.pdf"));
            Assert.Equal("A dark and a bright half.", talk.Client.TextOf((await talk.Client.NextDone()).Text("message_id")!));
            Assert.Empty(talk.Told());
        }
    }

    private Task Ask(string question, string reason, string text, string? error = null) =>
        Ask(
            question,
            (client, done) => Assert.Equal((reason, text), (done.Metadata("finish_reason"), client.TextOf(done.Text("message_id")!))),
            error
        );

    /// <summary>Asks both models the question, and then a second one that must be answered.</summary>
    private async Task Ask(string question, Action<TestClient, System.Text.Json.JsonElement> check, string? error = null)
    {
        foreach (var kind in Both)
        {
            await using var talk = new Talk(await _node.Connect(kind));
            await talk.Select(kind);
            await talk.Say(question);
            check(talk.Client, await talk.Client.NextDone());
            if (error is not null)
                Assert.Equal(error, (await talk.Client.Next("error")).ErrorCode());
            await talk.Say("please be slow");
            Assert.Equal("stop", (await talk.Client.NextDone()).Metadata("finish_reason"));
            Assert.Equal(error is null ? 0 : 1, talk.Client.Seen.Count(f => f.Type() == "error"));
            Assert.Equal(2, talk.Client.Seen.Count(f => f.IsDone()));
        }
    }
}
