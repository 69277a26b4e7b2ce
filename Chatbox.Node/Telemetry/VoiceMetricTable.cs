using static Chatbox.Node.Telemetry.MetricType;

namespace Chatbox.Node.Telemetry;

/// <summary>The series about voices.</summary>
internal static class VoiceMetricTable
{
    public static readonly MetricDefinition Transcriptions = new(
        "chatbox_transcriptions_total",
        Counter,
        "messages",
        "Voice messages that became text, or why not; only with TRANSCRIPTION_PROVIDER.",
        new MetricLabel("outcome", "done", "unavailable", "refused", "too_large", "nothing_heard", "gone")
    );

    public static readonly MetricDefinition TranscriptionTime = new(
        "chatbox_transcription_seconds",
        Histogram,
        "seconds",
        "Time until a voice message became text, or could not; only with TRANSCRIPTION_PROVIDER."
    )
    {
        Buckets = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120],
    };

    public static readonly MetricDefinition Speeches = new(
        "chatbox_speeches_total",
        Counter,
        "answers",
        "Answers that were spoken, or why not; only with SPEECH_PROVIDER.",
        new MetricLabel("outcome", "done", "unavailable", "refused", "too_large", "nothing_to_say", "not_stored", "ended")
    );

    public static readonly MetricDefinition SpeechTime = new(
        "chatbox_speech_seconds",
        Histogram,
        "seconds",
        "Time from the end of an answer's text until its sound was stored, or could not be; only with SPEECH_PROVIDER."
    )
    {
        Buckets = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120],
    };

    public static IReadOnlyList<MetricDefinition> All { get; } = [Transcriptions, TranscriptionTime, Speeches, SpeechTime];
}
