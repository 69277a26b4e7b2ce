namespace Chatbox.Node.Configuration.Formats;

/// <summary>The API of a service of voices.</summary>
internal enum VoiceProvider
{
    OpenAi,
}

/// <summary>How the settings of services of voices are written.</summary>
internal static class VoiceSettingFormats
{
    public static Uri DefaultEndpoint { get; } = new("https://api.openai.com/v1");

    public static ValueFormat<VoiceProvider?> Provider { get; } = Values.OneOf(("openai", VoiceProvider.OpenAi));
}
