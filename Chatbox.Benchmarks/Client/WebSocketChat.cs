using System.Text.Json;

namespace Chatbox.Benchmarks.Client;

/// <summary>A socket that speaks the protocol of Chatbox (sections 3 to 5), which the plain relay speaks too.</summary>
internal sealed class WebSocketChat : ChatSocket
{
    private readonly AnswerFrameReader _frames = new();
    private int _commands;

    protected override ReadOnlyMemory<byte> Question(string question) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = "user_message",
                id = $"c{++_commands}",
                content = question,
            }
        );

    protected override bool Read(ReadOnlyMemory<byte> message, AnswerChecker? answer)
    {
        var json = new Utf8JsonReader(message.Span);
        json.Read();
        return _frames.Read(ref json, answer);
    }
}
