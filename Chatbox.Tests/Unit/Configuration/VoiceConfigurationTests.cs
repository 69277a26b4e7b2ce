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
