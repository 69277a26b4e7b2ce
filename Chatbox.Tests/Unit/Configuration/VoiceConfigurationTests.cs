using Chatbox.Actors.Voice;
using Chatbox.Actors.Voice.Sound;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Settings of the services of voices.</summary>
public sealed class VoiceConfigurationTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Without_a_provider_nothing_is_transcribed_and_other_settings_have_no_effect()
    {
        Assert.Null(_fixture.Load().Voice.SpeechToText);
        Assert.Contains("has no effect", _fixture.With("TRANSCRIPTION_MODEL", "whisper-2").WarningOf("TRANSCRIPTION_MODEL"));
    }

    [Fact]
    public void Service_of_your_own_needs_no_key_and_its_options_are_read()
    {
        var voice = _fixture
            .With("TRANSCRIPTION_PROVIDER", "openai")
            .With("TRANSCRIPTION_ENDPOINT", "http://whisper:8000/v1")
            .With("TRANSCRIPTION_TIMEOUT", "90s")
            .With("TRANSCRIPTION_MAX_SIZE", "10MB")
            .With("TRANSCRIPTION_LANGUAGE", "de")
            .Load()
            .Voice;

        Assert.Equal(
            ("http://whisper:8000/v1", "", "whisper-1"),
            ($"{voice.SpeechToText!.Endpoint}", voice.SpeechToText.ApiKey, voice.SpeechToText.Model)
        );
        Assert.Equal(
            (TimeSpan.FromSeconds(90), 10L << 20, "de"),
            (voice.Transcription.Timeout, voice.Transcription.MaxSize, voice.Transcription.Language)
        );
    }

    [Fact]
    public void Key_is_needed_at_the_providers_own_address_and_never_printed()
    {
        Assert.Contains("is missing", _fixture.With("TRANSCRIPTION_PROVIDER", "openai").ErrorOf("TRANSCRIPTION_API_KEY"));
        var voice = _fixture.With("TRANSCRIPTION_API_KEY", "sk-voice").Load().Voice;

        Assert.Equal("sk-voice", voice.SpeechToText!.ApiKey);
        Assert.DoesNotContain("sk-voice", voice.ToString());
    }

    [Fact]
    public void Settings_of_speech_are_read_and_mean_nothing_without_a_provider()
    {
        Assert.Null(_fixture.Load().Voice.TextToSpeech);
        Assert.Contains("has no effect", _fixture.With("SPEECH_VOICE", "nova").WarningOf("SPEECH_VOICE"));
        var voice = _fixture
            .With("SPEECH_PROVIDER", "openai")
            .With("SPEECH_ENDPOINT", "http://kokoro:8880/v1")
            .With("SPEECH_FORMAT", "WAV")
            .With("SPEECH_TIMEOUT", "20s")
            .With("SPEECH_MAX_LENGTH", "500")
            .With("SPEECH_MAX_SIZE", "2MB")
            .With("SPEECH_MAX_CONCURRENT", "3")
            .Load()
            .Voice;

        Assert.Equal(("http://kokoro:8880/v1", "tts-1"), ($"{voice.TextToSpeech!.Endpoint}", voice.TextToSpeech.Model));
        Assert.Equal(
            new SpeechOptions
            {
                Timeout = TimeSpan.FromSeconds(20),
                MaxLength = 500,
                MaxSize = 2 << 20,
                MaxConcurrent = 3,
                Voice = "nova",
                Format = SoundFormat.Wav,
            },
            voice.Speech
        );
    }

    [Fact]
    public void Key_of_the_speech_service_is_needed_at_the_providers_own_address_and_never_printed()
    {
        Assert.Contains("is missing", _fixture.With("SPEECH_PROVIDER", "openai").ErrorOf("SPEECH_API_KEY"));
        Assert.DoesNotContain("sk-speech", _fixture.With("SPEECH_API_KEY", "sk-speech").Load().Voice.ToString());
    }

    [Theory]
    [InlineData("SPEECH_PROVIDER", "elevenlabs", "openai")]
    [InlineData("SPEECH_ENDPOINT", "http://example.com/v1", "https")]
    [InlineData("SPEECH_FORMAT", "opus", "mp3, wav")]
    [InlineData("SPEECH_MAX_LENGTH", "10", "100")]
    public void Mistake_in_a_setting_of_speech_is_named(string key, string value, string text) =>
        Assert.Contains(text, _fixture.With("SPEECH_PROVIDER", "openai").With("SPEECH_API_KEY", "sk-speech").With(key, value).ErrorOf(key));

    [Theory]
    [InlineData("TRANSCRIPTION_PROVIDER", "whisper", "openai")]
    [InlineData("TRANSCRIPTION_ENDPOINT", "http://example.com/v1", "https")]
    [InlineData("TRANSCRIPTION_LANGUAGE", "German", "two lower-case letters")]
    [InlineData("TRANSCRIPTION_TIMEOUT", "0", "1s")]
    public void Mistake_is_named(string key, string value, string text) =>
        Assert.Contains(
            text,
            _fixture.With("TRANSCRIPTION_PROVIDER", "openai").With("TRANSCRIPTION_API_KEY", "sk-voice").With(key, value).ErrorOf(key)
        );
}
