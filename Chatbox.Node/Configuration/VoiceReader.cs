using Chatbox.Actors.Voice;
using Chatbox.Actors.Voice.Sound;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Models.Speech;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the settings of the services of voices, and checks them against each other.</summary>
internal static class VoiceReader
{
    public static VoiceOptions Read(SettingReader reader) =>
        new()
        {
            SpeechToText = Service(
                reader,
                TranscriptionSettings.Section,
                TranscriptionSettings.Provider,
                TranscriptionSettings.Endpoint,
                TranscriptionSettings.ApiKey,
                TranscriptionSettings.Model
            ),
            Transcription = new TranscriptionOptions
            {
                Timeout = reader.Get(TranscriptionSettings.Timeout),
                MaxSize = reader.Get(TranscriptionSettings.MaxSize),
                Language = reader.Get(TranscriptionSettings.Language) is { Length: > 0 } language ? language : null,
                MaxConcurrent = reader.Get(TranscriptionSettings.MaxConcurrent),
            },
            TextToSpeech = Service(
                reader,
                SpeechSettings.Section,
                SpeechSettings.Provider,
                SpeechSettings.Endpoint,
                SpeechSettings.ApiKey,
                SpeechSettings.Model
            ),
            Speech = new SpeechOptions
            {
                Timeout = reader.Get(SpeechSettings.Timeout),
                MaxLength = reader.Get(SpeechSettings.MaxLength),
                MaxSize = reader.Get(SpeechSettings.MaxSize),
                MaxConcurrent = reader.Get(SpeechSettings.MaxConcurrent),
                Voice = reader.Get(SpeechSettings.Voice),
                Format = reader.Get(SpeechSettings.Format) ?? SoundFormat.Mp3,
            },
        };

    private static VoiceServiceOptions? Service(
        SettingReader reader,
        SettingSection section,
        Setting<VoiceProvider?> provider,
        Setting<Uri?> endpoint,
        Setting<string> key,
        Setting<string> model
    )
    {
        if (reader.Get(provider) is null)
        {
            foreach (var setting in section.Settings.Where(setting => setting != provider && reader.IsSet(setting)))
                reader.Warn(setting.Key, $"has no effect: {provider.Key} is not set");
            return null;
        }

        if (
            reader.Get(endpoint) is { Scheme: "http" } plain
            && !NetworkValues.IsPrivateHost(plain)
            && !reader.Get(ModelSettings.HttpHosts).Any(rule => rule.Covers(plain))
        )
            reader.Refuse(
                endpoint.Key,
                "must be https: http is allowed for loopback, private and cluster-local hosts, "
                    + $"and for hosts of your own network that {ModelSettings.HttpHosts.Key} names"
            );
        var address = reader.Get(endpoint) ?? VoiceSettingFormats.DefaultEndpoint;
        if (address.Host == VoiceSettingFormats.DefaultEndpoint.Host && !reader.IsSet(key))
            reader.Refuse(key.Key, "is missing");
        return new VoiceServiceOptions(address, reader.Get(key), reader.Get(model));
    }
}
