using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Voice;
using Chatbox.Node.Files;

namespace Chatbox.Node.Models.Speech;

/// <summary>Registers what turns voices into text and answers into sound. Without a service there is none of it, and sessions say so.</summary>
internal static class VoiceHosting
{
    /// <summary>Needs the transport of models, the files and their spool.</summary>
    public static IServiceCollection AddChatboxVoice(this IServiceCollection services, VoiceOptions options)
    {
        if (options.SpeechToText is { } speechToText)
            services.AddSingleton<ITranscriber>(provider => new Transcriber(
                new OpenAiSpeechToText(speechToText, Connection(provider, OpenAiSpeechToText.Service, speechToText)),
                provider.GetRequiredService<IFileLibrary>(),
                options.Transcription,
                provider.GetRequiredService<ModelOptions>(),
                provider.GetRequiredService<IChatboxMetrics>(),
                provider.GetRequiredService<TimeProvider>()
            ));
        if (options.TextToSpeech is { } textToSpeech)
            services.AddSingleton<ISpeaker>(provider => new Speaker(
                new OpenAiTextToSpeech(textToSpeech, options.Speech, Connection(provider, OpenAiTextToSpeech.Service, textToSpeech)),
                provider.GetRequiredService<IProducedFiles>(),
                provider.GetRequiredService<FileSpool>().Create,
                options.Speech,
                provider.GetRequiredService<ModelOptions>(),
                provider.GetRequiredService<IChatboxMetrics>(),
                provider.GetRequiredService<TimeProvider>()
            ));
        return services;
    }

    private static VoiceConnection Connection(IServiceProvider provider, string service, VoiceServiceOptions options) =>
        new(service, options, provider.GetRequiredService<SocketsHttpHandler>(), provider.GetRequiredService<TimeProvider>());
}
