using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Voice;

/// <summary>Reads recordings from the file library and has a service transcribe them. All sessions of a node share it.</summary>
public sealed class Transcriber(
    ISpeechToText service,
    IFileLibrary files,
    TranscriptionOptions options,
    ModelOptions models,
    IChatboxMetrics metrics,
    TimeProvider clock
) : ITranscriber
{
    /// <summary>
    /// Longest transcript that is kept, in UTF-16 code units, about an hour of speech. What a longer one lacks is marked at its end.
    /// </summary>
    public const int MaxLength = 65_536;

    private const string Cut = " […]";

    private readonly VoiceCalls _calls = new("The transcription service", options.MaxConcurrent, models, clock);

    public async Task<Transcription> Transcribe(UserId user, MessageFiles recordings, string? language, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var result = await Outcome(user, recordings, language, cancellationToken).ConfigureAwait(false);
        metrics.Transcribed(result.Failure is { } failure ? VoiceFrames.Reason(failure) : "done", clock.GetElapsedTime(started));
        return result;
    }

    private async Task<Transcription> Outcome(UserId user, MessageFiles recordings, string? language, CancellationToken cancellationToken)
    {
        if (recordings.Files.Exists(file => file.Address is not null))
            return Transcription.Failed(TranscriptionFailure.Gone, "the recording is a foreign file");
        var sounds = recordings.Files.FindAll(IsSound);
        if (sounds.IsEmpty)
            return Transcription.Failed(TranscriptionFailure.Refused, "the message has no file with sound");
        if (sounds.Exists(file => file.Size > options.MaxSize))
            return Transcription.Failed(TranscriptionFailure.TooLarge, $"the recording has more than {options.MaxSize} bytes");
        try
        {
            var texts = await _calls
                .Call(user, options.Timeout, token => TranscribeAll(sounds, language ?? options.Language, token), cancellationToken)
                .ConfigureAwait(false);
            var text = string.Join('\n', texts.Select(text => text.Trim()).Where(text => text.Length > 0));
            return text.Length > 0
                ? Transcription.Heard(Bounded(text))
                : Transcription.Failed(TranscriptionFailure.NothingHeard, "the service heard no words");
        }
        catch (ModelFailureException e)
        {
            var kind = e.Kind == ModelFailureKind.Rejected ? TranscriptionFailure.Refused : TranscriptionFailure.Unavailable;
            return Transcription.Failed(kind, e.Message);
        }
        catch (FileNotFoundException)
        {
            return Transcription.Failed(TranscriptionFailure.Gone, "the recording does not exist any more");
        }
        catch (FileStoreUnavailableException e)
        {
            return Transcription.Failed(TranscriptionFailure.Unavailable, e.Message);
        }
    }

    /// <summary>One try, which reads each recording anew.</summary>
    private async Task<IReadOnlyList<string>> TranscribeAll(
        IReadOnlyList<MessageFile> sounds,
        string? language,
        CancellationToken cancellationToken
    )
    {
        var texts = new List<string>();
        foreach (var sound in sounds)
        {
            await using var content =
                await files.Open(new FileId(sound.Id), cancellationToken).ConfigureAwait(false) ?? throw new FileNotFoundException();

            // People name files; the service needs the format alone.
            var name = $"recording{Path.GetExtension(sound.Name).ToLowerInvariant()}";
            var recording = new Recording(content, name, sound.MimeType, sound.Size, language);
            texts.Add(await service.Transcribe(recording, cancellationToken).ConfigureAwait(false));
        }

        return texts;
    }

    /// <summary>Whether the file is a recording. A browser's can have the type of a film.</summary>
    internal static bool IsSound(MessageFile file) =>
        file.MimeType.StartsWith("audio/", StringComparison.Ordinal) || file.MimeType.StartsWith("video/", StringComparison.Ordinal);

    private static string Bounded(string text)
    {
        if (text.Length <= MaxLength)
            return text;
        var end = MaxLength - Cut.Length;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Cut;
    }
}
