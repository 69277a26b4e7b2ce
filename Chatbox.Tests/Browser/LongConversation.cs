using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;

namespace Chatbox.Tests.Browser;

/// <summary>A conversation of ten thousand messages, and a long answer.</summary>
internal static class LongConversation
{
    public const int Count = 10_000;

    private const string Section =
        "## A part\n\nSome **prose** with a [link](https://example.org/) and `code`, as answers have it.\n\n- one\n- two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x = 1;\n```\n\n";

    /// <summary>The length of a section of <see cref="Markdown"/>, which begins with a heading.</summary>
    public static int SectionLength => Section.Length;

    /// <summary>16 KB.</summary>
    public static string Markdown { get; } = string.Concat(Enumerable.Repeat(Section, 16 * 1024 / Section.Length + 1));

    /// <summary>Gives the server the conversation.</summary>
    public static void Fill(FakeChatServer server)
    {
        server.HistoryPage = 50;
        server.History = [.. Enumerable.Range(1, Count).Select(Message)];
    }

    /// <summary>Streams an answer in pieces of 24 characters.</summary>
    public static async Task Stream(FakeSocket socket, int seq, string answer, int from = 0)
    {
        if (from == 0)
            await socket.Send(Loading("long"));
        for (var offset = from; offset < answer.Length; offset += 24)
            await socket.Send(Piece("long", 0, offset, answer[offset..Math.Min(offset + 24, answer.Length)]));
        await socket.Send(Done("long", seq, answer.Length, "stop"));
    }

    private static JsonObject Message(int seq) =>
        new()
        {
            ["seq"] = seq,
            ["message_id"] = $"m{seq}",
            ["type"] = seq % 2 == 0 ? "ai_response" : "user_message",
            ["sender"] = seq % 2 == 0 ? "ai" : "user",
            ["timestamp"] = TimeProvider.System.GetUtcNow().AddSeconds(seq - Count),
            ["content"] =
                seq % 2 == 0
                    ? $"Answer {seq}"
                    : $"Question {seq}, which has a line or two, so that messages are as high as those of people are.",
        };
}
