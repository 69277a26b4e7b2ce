using System.Text;
using System.Text.Json;
using Chatbox.Actors.Models;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Anthropic;
using Chatbox.Node.Models.Dify;
using Chatbox.Node.Models.OpenAi;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Property.Models;

/// <summary>
/// However many events a read brings, an answer is the same: its text, what replaces it, thoughts, files, usage, reason for the end and failure come in
/// the same order as with one event a read. The text that a read brings is as few updates as that order allows.
/// </summary>
public sealed class ReadTogetherProperties
{
    private static readonly string[] Tokens =
    [
        "a",
        " b",
        "\n\"c\"",
        "ä€",
        "𝄞",
        "\uD834",
        "\uDD1E",
        "\\u",
        "",
        "long " + new string('x', 600),
    ];

    [Property(MaxTest = 2000, Arbitrary = [typeof(Answers)])]
    public async Task Answer_does_not_depend_on_how_many_events_a_read_brings(Answer answer, int[] sizes)
    {
        var alone = new Transcript();
        await alone.Read(answer, [1]);
        var together = new Transcript();
        await together.Read(answer, sizes);
        Assert.Equal(alone.Entries, together.Entries);
        Assert.InRange(together.Texts, 0, together.Reads + 2 * together.Others + 1);
    }

    [Fact]
    public async Task Text_of_one_read_is_one_update()
    {
        var said = Enumerable.Repeat(new Said(SaidKind.Text, 1), 40).Append(new Said(SaidKind.End, 0));
        foreach (var dialect in Enum.GetValues<Dialect>())
        {
            var transcript = new Transcript();
            await transcript.Read(new Answer(dialect, [.. said]), [100_000]);

            // A read brings at most what has room: 4 KiB at first.
            Assert.InRange(transcript.Texts, 1, transcript.Reads);
            Assert.Equal("text " + string.Concat(Enumerable.Repeat(" b", 40)), transcript.Entries[0]);
        }
    }

    [Fact]
    public async Task Text_before_an_error_in_the_same_read_is_handed_over_first()
    {
        foreach (var dialect in Enum.GetValues<Dialect>())
        {
            var transcript = new Transcript();
            await transcript.Read(
                new Answer(dialect, [new Said(SaidKind.Text, 0), new Said(SaidKind.Text, 1), new Said(SaidKind.Error, 0)]),
                [100_000]
            );
            Assert.Equal("text a b", transcript.Entries[0]);
            Assert.StartsWith("failure ", Assert.Single(transcript.Entries.Skip(1)));
        }
    }

    public enum Dialect
    {
        OpenAi,
        Anthropic,
        Dify,
    }

    public enum SaidKind
    {
        Text,
        Thought,
        File,
        Replacement,
        Usage,
        Ping,
        Garbage,
        Error,
        End,
    }

    /// <param name="Token">Which of the tokens is said.</param>
    public sealed record Said(SaidKind Kind, int Token);

    public sealed record Answer(Dialect Dialect, Said[] Events);

    public static class Answers
    {
        public static Arbitrary<Answer> Any() =>
            (
                from dialect in Gen.Elements(Enum.GetValues<Dialect>())
                from events in Gen.ArrayOf(One())
                from ends in Gen.Elements(true, true, true, false)
                select new Answer(dialect, ends ? [.. events, new Said(SaidKind.End, 0)] : events)
            ).ToArbitrary();

        public static Arbitrary<int[]> Sizes() =>
            Gen.NonEmptyListOf(Gen.Elements(1, 7, 90, 300, 1500, 5000)).Select(l => l.ToArray()).ToArbitrary();

        private static Gen<Said> One() =>
            from kind in Gen.Frequency(
                (30, Gen.Constant(SaidKind.Text)),
                (4, Gen.Constant(SaidKind.Thought)),
                (2, Gen.Constant(SaidKind.File)),
                (2, Gen.Constant(SaidKind.Replacement)),
                (2, Gen.Constant(SaidKind.Usage)),
                (2, Gen.Constant(SaidKind.Ping)),
                (1, Gen.Constant(SaidKind.Garbage)),
                (1, Gen.Constant(SaidKind.Error)),
                (1, Gen.Constant(SaidKind.End))
            )
            from token in Gen.Choose(0, Tokens.Length - 1)
            select new Said(kind, token);
    }

    private sealed class Transcript
    {
        private readonly List<string> _entries = [];

        public IReadOnlyList<string> Entries => _entries;

        /// <summary>Number of updates with text.</summary>
        public int Texts { get; private set; }

        /// <summary>Number of updates without text, and of those that replace text.</summary>
        public int Others { get; private set; }

        public int Reads { get; private set; }

        public async Task Read(Answer answer, int[] sizes)
        {
            ProviderEvents events = answer.Dialect switch
            {
                Dialect.OpenAi => new OpenAiEvents("openai"),
                Dialect.Anthropic => new AnthropicEvents("anthropic", ""),
                _ => new DifyEvents("dify"),
            };
            using var body = new Packets([.. answer.Events.SelectMany(said => Bytes(answer.Dialect, said))], sizes);
            try
            {
                await foreach (var update in ProviderStream.Read(body, null, events, null, null, TimeProvider.System, default))
                    Note(update);
            }
            catch (ModelFailureException failure)
            {
                _entries.Add("failure " + failure.Message);
            }

            Reads = body.Reads;
        }

        private void Note(ChatResponseUpdate update)
        {
            var replaces = update.AdditionalProperties?.ContainsKey(ModelCall.Replace) == true;
            if (replaces)
                _entries.Add("replaced by ");
            else if (update.Text.Length > 0 && !(_entries is [.., var last] && IsText(last)))
                _entries.Add("text ");
            if (update.Text.Length > 0)
                _entries[^1] += update.Text;
            if (update.Text.Length > 0 && !replaces)
                Texts++;
            else
                Others++;
            foreach (var content in update.Contents.Where(content => content is not TextContent))
                _entries.Add(Of(content));
            if (update.FinishReason is { } finish)
                _entries.Add($"end {finish} {update.ConversationId}");
        }

        private static bool IsText(string entry) =>
            entry.StartsWith("text ", StringComparison.Ordinal) || entry.StartsWith("replaced by ", StringComparison.Ordinal);

        private static string Of(AIContent content) =>
            content switch
            {
                TextReasoningContent thought => "thought " + thought.Text,
                UsageContent usage => $"usage {usage.Details.InputTokenCount} {usage.Details.OutputTokenCount}",
                var file => file.GetType().Name,
            };

        private static byte[] Bytes(Dialect dialect, Said said)
        {
            // A lone surrogate is an escape, as providers send it.
            var token =
                Tokens[said.Token] is { Length: 1 } half && char.IsSurrogate(half[0])
                    ? $"\"\\u{(int)half[0]:x4}\""
                    : JsonSerializer.Serialize(Tokens[said.Token]);
            var data = dialect switch
            {
                Dialect.OpenAi => OpenAi(said.Kind, token),
                Dialect.Anthropic => Anthropic(said.Kind, token),
                _ => Dify(said.Kind, token),
            };
            return Encoding.UTF8.GetBytes(said.Kind == SaidKind.Ping ? ": ping\n\n" : $"data: {data}\n\n");
        }

        private static string OpenAi(SaidKind kind, string token) =>
            kind switch
            {
                SaidKind.Text => $$$"""{"choices":[{"index":0,"delta":{"content":{{{token}}}}}]}""",
                SaidKind.Replacement => $$$"""{"choices":[{"delta":{"content":{{{token}}},"reasoning":{{{token}}}}}]}""",
                SaidKind.Thought => $$$"""{"choices":[{"delta":{"reasoning_content":{{{token}}}}}]}""",
                SaidKind.File =>
                    """{"choices":[{"delta":{"content":"x","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}}]}""",
                SaidKind.Usage => """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}""",
                SaidKind.End => """{"choices":[{"delta":{},"finish_reason":"stop"}]}""",
                _ => Other(kind),
            };

        private static string Anthropic(SaidKind kind, string token) =>
            kind switch
            {
                SaidKind.Text or SaidKind.Replacement =>
                    $$$"""{"type":"content_block_delta","delta":{"type":"text_delta","text":{{{token}}}}}""",
                SaidKind.Thought => $$$"""{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":{{{token}}}}}""",
                SaidKind.File =>
                    """{"type":"content_block_start","content_block":{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}}""",
                SaidKind.Usage => """{"type":"message_delta","usage":{"input_tokens":7,"output_tokens":9}}""",
                SaidKind.End => """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""",
                _ => Other(kind),
            };

        private static string Dify(SaidKind kind, string token) =>
            kind switch
            {
                SaidKind.Text => $$$"""{"event":"message","conversation_id":"c","answer":{{{token}}}}""",
                SaidKind.Replacement => $$$"""{"event":"message_replace","answer":{{{token}}}}""",
                SaidKind.Thought => $$$"""{"event":"agent_thought","thought":{{{token}}}}""",
                SaidKind.File => """{"event":"message_file","type":"image","url":"https://files.example/a.png","belongs_to":"assistant"}""",
                SaidKind.Usage => """{"event":"message","answer":"","metadata":{"usage":{"prompt_tokens":7,"completion_tokens":9}}}""",
                SaidKind.End => """{"event":"message_end","conversation_id":"c"}""",
                _ => Other(kind),
            };

        private static string Other(SaidKind kind) =>
            kind == SaidKind.Garbage ? """{"choices":[{"delta":{"content":"cut""" : """{"error":{"message":"overloaded","code":503}}""";
    }

    /// <summary>What a provider has sent, read in parts of any size.</summary>
    private sealed class Packets(byte[] body, int[] sizes) : MemoryStream(body)
    {
        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, sizes[Reads++ % sizes.Length])]));
    }
}
