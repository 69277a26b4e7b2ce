using Chatbox.Actors.Voice;
using Chatbox.Actors.Voice.Sound;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the service that speaks answers.</summary>
internal static class SpeechSettings
{
    private static readonly SpeechOptions Defaults = new();

    public static readonly SettingSection Section = new("Spoken answers", "SPEECH_", "speech", "chatbox:speech");

    public static readonly Setting<VoiceProvider?> Provider = Section.Add(
        "SPEECH_PROVIDER",
        VoiceSettingFormats.Provider,
        null,
        "API of the service that speaks answers to people who ask for it; use openai for every compatible service. Without it, answers are text."
    );

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "SPEECH_ENDPOINT",
        NetworkValues.ModelEndpoint,
        null,
        "Base address of the service, or the full address of the operation (…/audio/speech).",
        VoiceSettingFormats.DefaultEndpoint.ToString()
    );

    public static readonly Setting<string> ApiKey = Section.Add(
        "SPEECH_API_KEY",
        Values.Credential,
        "",
        "API key of the service. Optional for an endpoint of your own."
    );

    public static readonly Setting<string> Model = Section.Add(
        "SPEECH_MODEL",
        Values.Text(200),
        "tts-1",
        "Name of the model at the service."
    );

    public static readonly Setting<string> Voice = Section.Add(
        "SPEECH_VOICE",
        Values.Text(200),
        Defaults.Voice,
        "Name of the voice at the service."
    );

    public static readonly Setting<SoundFormat?> Format = Section.Add(
        "SPEECH_FORMAT",
        Values.OneOf(("mp3", SoundFormat.Mp3), ("wav", SoundFormat.Wav)),
        Defaults.Format,
        "Format of the sound that the service sends and people get. wav is about ten times as large."
    );

    public static readonly Setting<TimeSpan> Timeout = Section.Add(
        "SPEECH_TIMEOUT",
        Values.Duration("1s", "10m"),
        Defaults.Timeout,
        "Longest time for one request, which speaks one or a few sentences; the wait for its turn and LLM_MAX_TRIES included."
    );

    public static readonly Setting<int> MaxLength = Section.Add(
        "SPEECH_MAX_LENGTH",
        Values.Number(100, 262_144),
        Defaults.MaxLength,
        "Most UTF-16 code units of an answer that are spoken. 10000 are about ten minutes, and 12 MB of mp3."
    );

    public static readonly Setting<long> MaxSize = Section.Add(
        "SPEECH_MAX_SIZE",
        Values.Bytes("1KB", "1GB"),
        Defaults.MaxSize,
        "Most bytes of the sound of one answer. An answer that needs more gets none."
    );

    public static readonly Setting<int> MaxConcurrent = Section.Add(
        "SPEECH_MAX_CONCURRENT",
        Values.Number(1, 10_000),
        Defaults.MaxConcurrent,
        "Requests for speech that may run at the same time on one node."
    );
}
