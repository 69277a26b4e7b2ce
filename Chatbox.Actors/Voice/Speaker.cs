using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;

namespace Chatbox.Actors.Voice;

/// <summary>Has a service speak answers, sentence by sentence, and stores the sound. All sessions of a node share it.</summary>
/// <param name="spool">Makes a temporary file without a name for a sound that is not whole yet.</param>
public sealed class Speaker(
    ITextToSpeech service,
    IProducedFiles files,
    Func<Stream> spool,
    SpeechOptions options,
    ModelOptions models,
    IChatboxMetrics metrics,
    TimeProvider clock
) : ISpeaker
{
    private readonly VoiceCalls _calls = new("The speech service", options.MaxConcurrent, models, clock);

    public ISpeech Begin(UserId owner, SessionId session, MessageId answer) =>
        new RunningSpeech(owner, session, answer, service, _calls, files, spool, options, metrics, clock);

    public Task Withdraw(SpokenAnswer spoken, CancellationToken cancellationToken) =>
        spoken.File is { } file ? files.Withdraw(new FileId(file.Id), cancellationToken) : Task.CompletedTask;
}
