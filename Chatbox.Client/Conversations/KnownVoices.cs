using System.Collections.Immutable;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>
/// What comes after a message or an answer and belongs to it, by the server's id of that: the newest transcript of each recording and the sound of each
/// answer, also of those that are not here yet, because a page of the history can begin between the two.
/// </summary>
internal sealed record KnownVoices
{
    public static KnownVoices None { get; } = new();

    private ImmutableDictionary<string, (long Seq, VoiceTranscript Transcript)> Transcripts { get; init; } =
        ImmutableDictionary<string, (long, VoiceTranscript)>.Empty;

    private ImmutableDictionary<string, AnswerSpeech> Speeches { get; init; } = ImmutableDictionary<string, AnswerSpeech>.Empty;

    /// <summary>Takes a <c>transcript</c>; the newest of a recording counts.</summary>
    public KnownVoices Transcribe(ChatFrame item)
    {
        if (item.MetadataValue("of") is not { } of || Transcripts.TryGetValue(of, out var known) && known.Seq >= item.Seq)
            return this;
        var transcript = HasFailed(item)
            ? new VoiceTranscript("", item.MetadataValue("reason") ?? "unavailable")
            : new VoiceTranscript(item.Content ?? "", null);
        return this with { Transcripts = Transcripts.SetItem(of, (item.Seq ?? 0, transcript)) };
    }

    /// <summary>Takes a <c>speech</c>.</summary>
    public KnownVoices Speak(ChatFrame item)
    {
        if (item.MetadataValue("of") is not { } of)
            return this;
        var speech =
            !HasFailed(item) && item.Files is [var file, ..]
                ? new AnswerSpeech { State = SpeechState.Done, File = file }
                : new AnswerSpeech { State = SpeechState.Failed, Failure = item.MetadataValue("reason") ?? "unavailable" };
        return With(of, speech with { IsCut = item.Is("cut"), Seq = item.Seq });
    }

    /// <summary>Takes the end of an answer, which says how its sound stands; the item of the sound says more.</summary>
    public KnownVoices End(ChatFrame end)
    {
        if (end.MetadataValue("speech") is not { } state || end.MessageId is not { } of)
            return this;
        if (Speeches.TryGetValue(of, out var known) && known.Seq is not null)
            return this;
        return state switch
        {
            "done" when end.Files is [var file, ..] => With(of, new AnswerSpeech { State = SpeechState.Done, File = file }),
            "failed" => With(of, new AnswerSpeech { State = SpeechState.Failed }),
            _ => With(of, new AnswerSpeech { State = SpeechState.Pending }),
        };
    }

    /// <summary>An entry with what is known of it.</summary>
    public ChatEntry Give(ChatEntry entry) =>
        entry.MessageId is not { } id
            ? entry
            : entry with
            {
                Transcript = Transcripts.TryGetValue(id, out var told) ? told.Transcript : entry.Transcript,
                Speech = Speeches.GetValueOrDefault(id) ?? entry.Speech,
            };

    private KnownVoices With(string of, AnswerSpeech speech) => this with { Speeches = Speeches.SetItem(of, speech) };

    private static bool HasFailed(ChatFrame item) => item.MetadataValue("state") == "failed";
}
