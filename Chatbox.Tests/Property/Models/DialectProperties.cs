using System.Text;
using Chatbox.Actors.Models;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Anthropic;
using Chatbox.Node.Models.Dify;
using Chatbox.Node.Models.OpenAi;
using Chatbox.Tests.Integration.Models;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Property.Models;

/// <summary>Properties of a response's meaning: it does not depend on packets, on line ends, or on additional content.</summary>
public sealed class DialectProperties
{
    private const string JunkFields =
        """{"junk":{"choices":[{"delta":{"content":"no"},"finish_reason":"no"}],"type":"error","answer":"no","error":{"code":400}},""";

    private static readonly string[] JunkLines =
    [
        ": junk\n\n",
        ":\n",
        "id: 7\n",
        "retry: 9\n",
        "junk: {\"error\":1}\n",
        "junk\n\n",
        "\n\n",
    ];

    private static readonly IReadOnlyList<DialectCase> All = [.. DialectCase.Names.Select(DialectCase.Read).Where(one => !one.IsOpen)];

    private static readonly IReadOnlyList<DialectCase> Events =
    [
        .. All.Where(one =>
            Text(one).StartsWith("data:", StringComparison.Ordinal) || Text(one).StartsWith("event:", StringComparison.Ordinal)
        ),
    ];

    private static readonly IReadOnlyList<DialectCase> LineFeeds = [.. Events.Where(one => !one.Body.Contains((byte)'\r'))];

    [Property(MaxTest = 2000)]
    public async Task Packets_may_end_anywhere(ushort which, byte[] sizes)
    {
        var one = All[which % All.Count];
        Assert.Equal(await Outcome(one, one.Body, []), await Outcome(one, one.Body, sizes));
    }

    [Property(MaxTest = 1000)]
    public async Task Lines_may_end_in_each_of_the_three_ways(ushort which, byte[] ends, byte[] sizes)
    {
        var one = LineFeeds[which % LineFeeds.Count];
        Assert.Equal(await Outcome(one, one.Body, []), await Outcome(one, WithLineEnds(one.Body, ends), sizes));
    }

    [Property(MaxTest = 1000)]
    public async Task Unknown_fields_and_lines_change_nothing(ushort which, byte[] lines, byte[] sizes)
    {
        var one = Events[which % Events.Count];
        Assert.Equal(await Outcome(one, one.Body, []), await Outcome(one, WithJunk(one.Body, lines), sizes));
    }

    private static string Text(DialectCase one) => Encoding.Latin1.GetString(one.Body);

    private static byte[] WithJunk(byte[] body, byte[] lines)
    {
        var place = 0;
        var events = Encoding
            .Latin1.GetString(body)
            .Replace("data: {\"", "data: " + JunkFields + "\"", StringComparison.Ordinal)
            .Split("\n\n");
        var text = new StringBuilder(events[0]);
        foreach (var later in events.Skip(1))
        {
            text.Append("\n\n");
            if (lines.Length > 0)
                text.Append(JunkLines[lines[place++ % lines.Length] % JunkLines.Length]);
            text.Append(later);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static byte[] WithLineEnds(byte[] body, byte[] ends)
    {
        var (line, lines) = (0, new List<byte>(body.Length));
        foreach (var one in body)
        {
            if (one != '\n' || ends.Length == 0)
            {
                lines.Add(one);
                continue;
            }

            // A line feed right after a carriage return would belong to the same line end.
            byte[] end = (ends[line++ % ends.Length] % 3, lines.LastOrDefault()) switch
            {
                (0, not (byte)'\r') => [(byte)'\n'],
                (1, _) => [(byte)'\r', (byte)'\n'],
                _ => [(byte)'\r'],
            };
            lines.AddRange(end);
        }

        return [.. lines];
    }

    private static async Task<string> Outcome(DialectCase one, byte[] body, byte[] sizes)
    {
        ProviderEvents events = one.Dialect switch
        {
            "openai" => new OpenAiEvents("openai"),
            "anthropic" => new AnthropicEvents("anthropic", ""),
            _ => new DifyEvents("dify"),
        };
        var text = "";
        var end = "";
        try
        {
            await using var packets = new Packets(body, sizes, one.IsCut);
            await foreach (var update in ProviderStream.Read(packets, one.ContentType, events, null, null, TimeProvider.System, default))
            {
                text = update.AdditionalProperties?.ContainsKey(ModelCall.Replace) == true ? update.Text : text + update.Text;
                var usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details;
                end = $"{update.FinishReason} {usage?.InputTokenCount} {usage?.OutputTokenCount}";
            }
        }
        catch (ModelFailureException failure)
        {
            end = failure.Message;
        }

        return $"{one.Name}: {text} ({end})";
    }

    /// <summary>A stream that returns bytes in packets of any size, as a socket may.</summary>
    private sealed class Packets(byte[] body, byte[] sizes, bool isCut) : MemoryStream(body)
    {
        private int _packet;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (isCut && Position == Length)
                throw new IOException("cut");
            var size = sizes.Length == 0 ? int.MaxValue : 1 + sizes[_packet++ % sizes.Length] % 100;
            return new ValueTask<int>(Read(buffer.Span[..Math.Min(buffer.Length, size)]));
        }
    }
}
