using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of the demo, which needs no provider.</summary>
public sealed class DemoTests
{
    private static readonly ChatMessage[] Question =
    [
        new(ChatRole.User, "  How tall is the Fernsehturm in Berlin?\nI need it for a quiz. "),
    ];

    [Fact]
    public async Task It_says_that_it_is_a_demo_what_was_asked_and_how_to_get_a_real_model()
    {
        var answer = await Ask(Question);

        Assert.StartsWith("You wrote: “How tall is the Fernsehturm in Berlin?”. I am a demo", answer.Text);
        foreach (var name in new[] { "ID", "NAME", "TYPE", "ENDPOINT", "API_KEY", "MODEL" })
            Assert.Contains($"LLM_PROVIDER_1_{name}", answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.Finish);
        Assert.Null(answer.Usage);
    }

    [Fact]
    public async Task The_same_conversation_gets_the_same_words_one_at_a_time()
    {
        var once = await Ask(Question);
        var again = await Ask(Question);

        Assert.Equal(once.Pieces, again.Pieces);
        Assert.All(once.Pieces, piece => Assert.Single(piece.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Wherever_it_was_interrupted_it_goes_on_exactly_from_there()
    {
        var whole = (await Ask(Question)).Text;

        for (var cut = 1; cut <= whole.Length; cut += 37)
        {
            var rest = await Ask([.. Question, new(ChatRole.Assistant, whole[..cut])], Adapters.Options(goOn: true));
            Assert.Equal(whole, whole[..cut] + rest.Text);
            Assert.Equal(ChatFinishReason.Stop, rest.Finish);
        }
    }

    [Fact]
    public async Task A_later_question_gets_a_shorter_answer()
    {
        var first = await Ask(Question);
        var later = await Ask([.. Question, new(ChatRole.Assistant, first.Text), new(ChatRole.User, "And in Paris?")]);

        Assert.StartsWith("You wrote: “And in Paris?”.", later.Text);
        Assert.True(later.Text.Length < first.Text.Length / 2);
    }

    [Fact]
    public async Task A_long_question_is_cut_at_a_word_and_never_inside_a_character()
    {
        var words = await Ask([new(ChatRole.User, string.Join(' ', Enumerable.Repeat("wordy", 40)))]);
        var faces = await Ask([new(ChatRole.User, "x" + string.Concat(Enumerable.Repeat("😀", 100)))]);

        Assert.Contains("wordy…”", words.Text);
        Assert.Contains("😀…”", faces.Text);
    }

    [Fact]
    public async Task It_paces_itself_and_stops_when_told_to()
    {
        var clock = new FakeTimeProvider();
        using var client = Adapters.Create("demo", null, clock: clock);
        using var stop = new CancellationTokenSource();
        await using var updates = client.GetStreamingResponseAsync(Question, null, stop.Token).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var next = updates.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromMilliseconds(19));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(5)));
        next = updates.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private static async Task<Adapters.Outcome> Ask(ChatMessage[] messages, ChatOptions? options = null)
    {
        using var client = Adapters.Create("demo", null, clock: new Impatience());
        return await client.Ask(messages, options);
    }
}
