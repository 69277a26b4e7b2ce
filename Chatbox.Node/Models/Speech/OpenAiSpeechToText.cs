using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Chatbox.Actors.Voice;

namespace Chatbox.Node.Models.Speech;

/// <summary>
/// OpenAI's transcriptions, <c>{endpoint}/audio/transcriptions</c>, and compatible servers such as faster-whisper-server, LocalAI and vLLM.
/// The recording streams from the file store to the service.
/// </summary>
internal sealed class OpenAiSpeechToText(VoiceServiceOptions options, VoiceConnection connection) : ISpeechToText
{
    /// <summary>The operation below the endpoint.</summary>
    public const string Operation = "audio/transcriptions";

    /// <summary>The service's name in failures.</summary>
    public const string Service = "The transcription service";

    /// <summary>Greatest response, in bytes.</summary>
    private const int MaxResponse = 1 << 20;

    public async Task<string> Transcribe(Recording recording, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent
        {
            Part(new RecordingContent(recording), "file", recording.Name),
            Part(new StringContent(options.Model), "model"),
            Part(new StringContent("json"), "response_format"),
        };
        if (recording.Language is { } language)
            form.Add(Part(new StringContent(language), "language"));

        using var response = await connection.Post(Operation, form, MaxResponse, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (
                json.RootElement is { ValueKind: JsonValueKind.Object } answer
                && answer.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String
            )
                return text.GetString()!;
        }
        catch (JsonException)
        {
            throw ProviderFailures.Unreadable(Service, response.Content.Headers.ContentType?.ToString());
        }

        throw ProviderFailures.Unreadable(Service, response.Content.Headers.ContentType?.ToString());
    }

    /// <summary>A part of the form. Names are quoted, as browsers write them: not every server reads them otherwise.</summary>
    private static HttpContent Part(HttpContent content, string name, string? fileName = null)
    {
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = $"\"{name}\"",
            FileName = fileName is null ? null : $"\"{fileName}\"",
        };
        return content;
    }

    /// <summary>The recording with its size, so that the whole request has a length: some servers accept no other.</summary>
    private sealed class RecordingContent : HttpContent
    {
        private readonly Recording _recording;

        public RecordingContent(Recording recording)
        {
            _recording = recording;
            Headers.ContentType = MediaTypeHeaderValue.TryParse(recording.MimeType, out var type) ? type : null;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _recording.Content.CopyToAsync(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _recording.Content.CopyToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _recording.Size;
            return length > 0;
        }
    }
}
