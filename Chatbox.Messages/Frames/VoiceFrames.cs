using System.Collections.Immutable;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>Frames about voice messages that became text. Protocol section 7, "Voice".</summary>
public static class VoiceFrames
{
    /// <summary>Shows the transcript of a voice message, or that there is none.</summary>
    public static ReadOnlyMemory<byte> Transcript(SessionId session, TranscriptItem item) =>
        ServerFrame.Render(
            ServerFrameType.Transcript,
            session,
            "user",
            item.At,
            json =>
            {
                var (text, metadata) = MessageSize.Fit(item.Text, Metadata(item));
                json.WriteString("content", text);
                json.WriteNumber("seq", item.Seq);
                json.WriteString("message_id", item.MessageId.Value);
                json.WriteMetadata([.. metadata.Select(m => (m.Key, m.Value))]);
            }
        );

    /// <summary>The metadata of a transcript in its frame and in the history.</summary>
    public static ImmutableSortedDictionary<string, string> Metadata(TranscriptItem item)
    {
        var metadata = ImmutableSortedDictionary
            .Create<string, string>(StringComparer.Ordinal)
            .Add("of", item.Of.Value)
            .Add("state", item.Failure is null ? "done" : "failed");
        return item.Failure is { } failure ? metadata.Add("reason", Reason(failure)) : metadata;
    }

    /// <summary>The name of a failure in <c>metadata.reason</c>, and in the metrics.</summary>
    public static string Reason(TranscriptionFailure failure) =>
        failure switch
        {
            TranscriptionFailure.Unavailable => "unavailable",
            TranscriptionFailure.Refused => "refused",
            TranscriptionFailure.TooLarge => "too_large",
            TranscriptionFailure.NothingHeard => "nothing_heard",
            TranscriptionFailure.Gone => "gone",
            TranscriptionFailure.Ended => "ended",
            _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
        };
}
