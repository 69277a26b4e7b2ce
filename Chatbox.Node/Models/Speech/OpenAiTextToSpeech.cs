using System.Text.Json;
using Chatbox.Actors.Voice;
using Chatbox.Actors.Voice.Sound;

namespace Chatbox.Node.Models.Speech;

/// <summary>
/// OpenAI's speech, <c>{endpoint}/audio/speech</c>, and compatible servers such as Kokoro-FastAPI, LocalAI and openedai-speech.
/// </summary>
internal sealed class OpenAiTextToSpeech(VoiceServiceOptions options, SpeechOptions speech, VoiceConnection connection) : ITextToSpeech
{
    /// <summary>The operation below the endpoint.</summary>
    public const string Operation = "audio/speech";

    /// <summary>The service's name in failures.</summary>
    public const string Service = "The speech service";

    public async Task<ReadOnlyMemory<byte>> Speak(string text, int most, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Request(text));
        content.Headers.ContentType = new("application/json");
        using var response = await connection.Post(Operation, content, most, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    private byte[] Request(string text)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", options.Model);
            json.WriteString("voice", speech.Voice);
            json.WriteString("input", text);
            json.WriteString("response_format", speech.Format == SoundFormat.Mp3 ? "mp3" : "wav");
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
