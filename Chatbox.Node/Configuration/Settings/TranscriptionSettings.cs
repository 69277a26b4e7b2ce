using Chatbox.Actors.Voice;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the service that turns voice messages into text.</summary>
internal static class TranscriptionSettings
{
    private static readonly TranscriptionOptions Defaults = new();

    public static readonly SettingSection Section = new("Voice messages", "TRANSCRIPTION_", "transcription", "chatbox:transcription");

    public static readonly Setting<VoiceProvider?> Provider = Section.Add(
        "TRANSCRIPTION_PROVIDER",
        VoiceSettingFormats.Provider,
        null,
        "API of the service that turns voice messages into text; use openai for every compatible service. Without it, voice messages stay files."
    );

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "TRANSCRIPTION_ENDPOINT",
        NetworkValues.ModelEndpoint,
        null,
        "Base address of the service, or the full address of the operation (…/audio/transcriptions).",
        VoiceSettingFormats.DefaultEndpoint.ToString()
    );

    public static readonly Setting<string> ApiKey = Section.Add(
        "TRANSCRIPTION_API_KEY",
        Values.Credential,
        "",
        "API key of the service. Optional for an endpoint of your own."
    );

    public static readonly Setting<string> Model = Section.Add(
        "TRANSCRIPTION_MODEL",
        Values.Text(200),
        "whisper-1",
        "Name of the model at the service."
    );

    public static readonly Setting<string> Language = Section.Add(
        "TRANSCRIPTION_LANGUAGE",
        Values.Single(
            "language of two lower-case letters (ISO 639-1), such as en",
            text =>
                text.Length == 2 && text.All(char.IsAsciiLetterLower)
                    ? text
                    : Parsed<string>.Refused($"{ErrorText.Quote(text)} is not a language of two lower-case letters"),
            text => text
        ),
        "",
        "Language that people speak, for messages that name none.",
        "the service finds out"
    );

    public static readonly Setting<TimeSpan> Timeout = Section.Add(
        "TRANSCRIPTION_TIMEOUT",
        Values.Duration("1s", "10m"),
        Defaults.Timeout,
        "Longest time for the recordings of one message, the wait for its turn and LLM_MAX_TRIES included."
    );

    public static readonly Setting<long> MaxSize = Section.Add(
        "TRANSCRIPTION_MAX_SIZE",
        Values.Bytes("1KB", "5GB"),
        Defaults.MaxSize,
        "Most bytes of a recording that is transcribed. Longer ones stay files."
    );

    public static readonly Setting<int> MaxConcurrent = Section.Add(
        "TRANSCRIPTION_MAX_CONCURRENT",
        Values.Number(1, 10_000),
        Defaults.MaxConcurrent,
        "Transcriptions that may run at the same time on one node."
    );
}
