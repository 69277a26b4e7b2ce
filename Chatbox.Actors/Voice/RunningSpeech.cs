using System.Text;
using System.Threading.Channels;
using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Voice.Sound;
using Chatbox.Actors.Voice.Text;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Voice;

/// <summary>
/// Speaks one answer: one request at a time, the first with the first sentence alone; the sentences that become whole meanwhile make the next
/// one. So a fast service is asked sentence by sentence, and a slow one falls behind no further than it must.
/// </summary>
internal sealed class RunningSpeech : ISpeech
{
    /// <summary>Most text of one request, in UTF-16 code units: about a minute. Services take 4096 and less.</summary>
    public const int MaxRequest = 1_000;

    /// <summary>Most bytes of the sound of one request: a minute of uncompressed stereo.</summary>
    public const int MaxSound = 12_000_000;

    /// <summary>Which of an answer's files the sound is.</summary>
    private const string Part = "speech";

    private readonly ITextToSpeech _service;
    private readonly VoiceCalls _calls;
    private readonly IProducedFiles _files;
    private readonly Func<Stream> _spool;
    private readonly SpeechOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly UserId _owner;
    private readonly SessionId _session;
    private readonly MessageId _answer;
    private readonly SentenceReader _text;

    /// <summary>Bounded by <see cref="SpeechOptions.MaxLength"/>, beyond which the text gives no sentences.</summary>
    private readonly Channel<string> _sentences = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _cancelled = new();
    private readonly Task<SpokenAnswer> _spoken;

    public RunningSpeech(
        UserId owner,
        SessionId session,
        MessageId answer,
        ITextToSpeech service,
        VoiceCalls calls,
        IProducedFiles files,
        Func<Stream> spool,
        SpeechOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock
    )
    {
        (_owner, _session, _answer) = (owner, session, answer);
        (_service, _calls, _files, _spool) = (service, calls, files, spool);
        (_options, _metrics, _clock) = (options, metrics, clock);
        _text = new SentenceReader(options.MaxLength);
        _spoken = Speak(_cancelled.Token);
    }

    public void Add(string text) => Queue(_text.Add(text));

    public async Task<SpokenAnswer> Finish()
    {
        var ended = _clock.GetTimestamp();
        Queue(_text.End());
        _sentences.Writer.TryComplete();
        var spoken = await _spoken.ConfigureAwait(false);
        _metrics.Spoken(spoken.Failure is { } failure ? SpeechFrames.Reason(failure) : "done", _clock.GetElapsedTime(ended));
        return spoken;
    }

    public void Cancel()
    {
        _cancelled.Cancel();

        // Nobody waits for it any more, unless it is being finished.
        _ = _spoken.ContinueWith(
            task => task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
    }

    private void Queue(IReadOnlyList<string> sentences)
    {
        foreach (var sentence in sentences)
            _sentences.Writer.TryWrite(sentence);
    }

    private async Task<SpokenAnswer> Speak(CancellationToken cancellationToken)
    {
        try
        {
            // Most answers wait here for their first words: no file is opened for them.
            if (!await _sentences.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return SpokenAnswer.Failed(SpeechFailure.NothingToSay, "the answer has no words");
            await using var sound = _spool();
            return await SpeakInto(sound, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelFailureException e)
        {
            var kind = e.Kind == ModelFailureKind.Rejected ? SpeechFailure.Refused : SpeechFailure.Unavailable;
            return SpokenAnswer.Failed(kind, e.Message);
        }
        catch (Exception e) when (e is FileStoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            return SpokenAnswer.Failed(SpeechFailure.Unavailable, e.Message);
        }
    }

    private async Task<SpokenAnswer> SpeakInto(Stream file, CancellationToken cancellationToken)
    {
        var join = SoundJoin.Of(_options.Format);
        while (await _sentences.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var text = Gather();
            var sound = await _calls
                .Call(_owner, _options.Timeout, token => _service.Speak(text, MaxSound, token), cancellationToken)
                .ConfigureAwait(false);
            if (join.Add(sound.Span, file) is { } fault)
                return SpokenAnswer.Failed(SpeechFailure.Refused, $"The speech service sent a sound of another kind: {fault}.");
            if (file.Length > _options.MaxSize)
                return SpokenAnswer.Failed(SpeechFailure.TooLarge, $"the sound has more than {_options.MaxSize} bytes");
        }

        join.Complete(file);
        file.Position = 0;
        var produced = new ProducedFile(FileId.Of(_answer, Part), _owner, _session, $"answer{join.Extension}", join.MimeType);
        return await _files.Store(produced, file, cancellationToken).ConfigureAwait(false) switch
        {
            ProducedResult.Stored { File: var stored } => new SpokenAnswer(
                new MessageFile(stored.Id.Value, null, stored.Name, stored.MimeType, stored.Size),
                _text.IsCut,
                null,
                null
            ),
            ProducedResult.Refused refused => SpokenAnswer.Failed(SpeechFailure.NotStored, refused.Reason),
            _ => SpokenAnswer.Failed(SpeechFailure.Ended, "the session was erased"),
        };
    }

    /// <summary>The sentences that are whole now, as many as one request takes.</summary>
    private string Gather()
    {
        var text = new StringBuilder();
        while (_sentences.Reader.TryPeek(out var next) && (text.Length == 0 || text.Length + 1 + next.Length <= MaxRequest))
        {
            _sentences.Reader.TryRead(out _);
            text.Append(text.Length == 0 ? "" : "\n").Append(next);
        }

        return text.ToString();
    }
}
