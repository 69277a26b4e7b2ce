using System.Diagnostics;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>
/// A provider fails: the answer ends exactly once, shown text stays, and the request is repeated only if nothing was shown.
/// </summary>
public sealed class AnswersFailureTests(AnswersNode host) : IClassFixture<AnswersNode>
{
    private const string Unavailable = "LLM_UNAVAILABLE";
    private const string Nonsense = "data: {\"choices\":[{\"delta\":{\"content\": nonsense\n\n";

    public static TheoryData<string> Kinds => new(AnswersNode.Kinds);

    public static TheoryData<string, int> Refusals()
    {
        var refusals = new TheoryData<string, int>();
        foreach (var kind in AnswersNode.Kinds)
        {
            foreach (var status in new[] { 400, 401, 403, 404 })
                refusals.Add(kind, status);
        }

        return refusals;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Limited_provider_is_asked_again_after_the_time_it_named(string kind)
    {
        var question = $"limited {kind}";
        host.WhenAsked(question, ModelScript.Refuse(429, ("Retry-After", "1")), ModelScript.Answer("Here ", "I am."));
        await using var talk = await host.TalkWith(kind);
        var asked = Stopwatch.GetTimestamp();
        await talk.Say(question);
        await talk.HasSeen("Here I am.");
        Assert.True(Stopwatch.GetElapsedTime(asked) > TimeSpan.FromSeconds(0.9), "it was asked again too soon");
        (await talk.End()).Was("stop", "Here I am.");
        Assert.Equal(2, host.RequestsFor(question).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Broken_provider_is_asked_again_and_nobody_notices(string kind)
    {
        var question = $"500 {kind}";
        host.WhenAsked(question, ModelScript.Refuse(500), ModelScript.Begin().Error(), ModelScript.Answer("Well ", "again."));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("stop", "Well again.");
        Assert.Equal(3, host.RequestsFor(question).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Provider_that_stays_broken_is_given_up_after_three_tries(string kind)
    {
        var question = $"always 503 {kind}";
        host.WhenAsked(question, ModelScript.Refuse(503));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("error", "", Unavailable);
        Assert.Equal(3, host.RequestsFor(question).Count);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Provider_that_refuses_is_not_asked_again(string kind, int status)
    {
        var question = $"{status} {kind}";
        host.WhenAsked(question, ModelScript.Refuse(status));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("error", "", Unavailable);
        Assert.Single(host.RequestsFor(question));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answer_cut_in_the_middle_keeps_what_was_shown(string kind)
    {
        var question = $"cut {kind}";
        var shown = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half ", "an 👋").Wait(shown.Task).Cut());
        await using var talk = await host.TalkWith(kind);
        await talk.Say(question);
        await talk.HasSeen("Half an 👋");
        shown.SetResult();
        (await talk.End()).Was("cut", "Half an 👋", Unavailable);
        Assert.Single(host.RequestsFor(question));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answer_cut_before_its_first_word_is_asked_for_again(string kind)
    {
        var question = $"cut early {kind}";
        host.WhenAsked(question, ModelScript.Begin().Cut(), ModelScript.Answer("Second ", "try."));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("stop", "Second try.");
        Assert.Equal(2, host.RequestsFor(question).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stream_that_stops_without_an_end_is_cut(string kind)
    {
        var question = $"no end {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half ", "an"));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("cut", "Half an", Unavailable);
        Assert.Single(host.RequestsFor(question));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Malformed_stream_is_cut_where_it_stops_making_sense(string kind)
    {
        var question = $"malformed {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half ", "an").Raw(Nonsense).Pieces("never").End());
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("cut", "Half an", Unavailable);
        Assert.Single(host.RequestsFor(question));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stream_that_never_makes_sense_is_an_error_and_is_not_paid_for_twice(string kind)
    {
        var question = $"nonsense {kind}";
        host.WhenAsked(question, ModelScript.Begin().Raw(Nonsense));
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("error", "", Unavailable);
        Assert.Single(host.RequestsFor(question));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Error_event_inside_a_200_after_text_is_an_error_that_keeps_it(string kind)
    {
        var question = $"error event {kind}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half ", "an").Error());
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("error", "Half an", Unavailable);
        Assert.Single(host.RequestsFor(question));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Error_event_inside_a_200_before_text_is_given_up_after_three_tries(string kind)
    {
        var question = $"error event early {kind}";
        host.WhenAsked(question, ModelScript.Begin().Error());
        await using var talk = await host.TalkWith(kind);
        (await talk.Ask(question)).Was("error", "", Unavailable);
        Assert.Equal(3, host.RequestsFor(question).Count);
    }

    [Fact]
    public async Task Error_goes_to_the_one_who_asked_and_the_end_to_everybody()
    {
        host.WhenAsked("two devices", ModelScript.Refuse(400));
        await using var talk = await host.TalkWith("openai");
        await talk.Say("How are you?");
        await talk.Client.NextDone();
        var status = talk.Client.Seen[0];
        await using var other = await host.Node.Connect(status.Text("user_id")!);
        await other.Next("connection_status");

        (await talk.Ask("two devices")).Was("error", "", Unavailable);
        Assert.Equal("error", (await other.NextDone()).Metadata("finish_reason"));
        Assert.Equal("stop", (await other.NextDone()).Metadata("finish_reason"));
        Assert.DoesNotContain(other.Seen, f => f.Type() == "error");
    }
}
