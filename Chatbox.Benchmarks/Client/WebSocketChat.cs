using System.Text.Json;

namespace Chatbox.Benchmarks.Client;

/// <summary>Speaks the protocol of Chatbox (sections 3 to 5), which the raw relay speaks as well.</summary>
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
