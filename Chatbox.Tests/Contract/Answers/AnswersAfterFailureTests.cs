using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>
/// A message without an answer does not prevent later answers, although many models insist that user and assistant alternate.
/// </summary>
public sealed class AnswersAfterFailureTests(AnswersNode host) : IClassFixture<AnswersNode>
{
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Roles_alternate_after_answers_that_failed_or_stayed_empty(string kind)
    {
        host.WhenAsked($"refused {kind}", ModelScript.Refuse(400));
        host.WhenAsked($"empty {kind}", ModelScript.Begin().End());
        host.WhenAsked($"broken {kind}", ModelScript.Begin());
        await using var talk = await host.TalkWith(kind);
        foreach (var fate in new[] { "refused", "empty", "well", "broken" })
        {
            await talk.Say($"{fate} {kind}");
            await talk.Client.NextDone();
        }

        var question = $"hello {kind}";
        (await talk.Ask(question)).Was("stop", "Well, well.");

        var messages = Assert
            .Single(host.RequestsFor(question))
            .Json.GetProperty("messages")
            .EnumerateArray()
            .Select(message => $"{message.Text("role")}: {message.Text("content")}");
        Assert.Equal(
            [
                $"user: refused {kind}\n\nempty {kind}\n\nwell {kind}",
                "assistant: Well, well.",
                $"user: broken {kind}",
                "assistant: (This message was not answered.)",
                $"user: {question}",
            ],
            messages
        );
    }

    [Fact]
    public async Task Provider_that_takes_the_place_of_what_was_not_answered_is_told_of_it()
    {
        host.WhenAsked("refused dify", ModelScript.Refuse(400));
        await using var talk = await host.TalkWith("dify");
        await talk.Say("refused dify");
        await talk.Client.NextDone();
        (await talk.Ask("hello dify")).Was("stop", "Well, well.");

        Assert.Equal(
            "Earlier in this conversation:\nUser: refused dify\nAssistant: (This message was not answered.)\n\nNow, with that in mind:\nhello dify",
            Assert.Single(host.RequestsFor("hello dify")).Json.Text("query")
        );
    }

    [Theory]
    [InlineData("{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}", 1)]
    [InlineData("{\"error\":{\"message\":\"m\",\"code\":429}}", 3)]
    public async Task Error_inside_a_200_is_told_and_asked_again_only_if_that_may_help(string error, int requests)
    {
        var question = $"error asked {requests} times";
        host.WhenAsked(question, ModelScript.Begin().Raw($"data: {error}\n\ndata: [DONE]\n\n"));
        await using var talk = await host.TalkWith("openai");
        (await talk.Ask(question)).Was("error", "", "LLM_UNAVAILABLE");
        Assert.Equal(requests, host.RequestsFor(question).Count);
    }

    [Fact]
    public async Task Half_an_emoji_waits_for_the_other_half()
    {
        host.WhenAsked(
            "halves",
            ModelScript
                .Begin()
                .Raw("data: {\"choices\":[{\"delta\":{\"content\":\"Hi \\ud83d\"}}]}\n\n")
                .Raw("data: {\"choices\":[{\"delta\":{\"content\":\"\\ude00 \\ud83d\"}}]}\n\n")
                .End()
        );
        await using var talk = await host.TalkWith("openai");
        (await talk.Ask("halves")).Was("stop", "Hi 😀 \ufffd");
    }
}
