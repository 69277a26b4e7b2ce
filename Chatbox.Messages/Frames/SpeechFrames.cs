using System.Collections.Immutable;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>Frames about answers that are spoken. Protocol section 7, "Voice".</summary>
public static class SpeechFrames
{
    /// <summary>The value of <c>metadata.speech</c> in the end of an answer whose sound is not there yet.</summary>
    public const string Pending = "pending";

    /// <summary>Shows the sound of an answer, or that there is none.</summary>
    /// <param name="addressOf">Signs the address of a file of this service.</param>
    public static ReadOnlyMemory<byte> Speech(SessionId session, SpeechItem item, Func<MessageFile, string?> addressOf) =>
        ServerFrame.Render(
            ServerFrameType.Speech,
            session,
            "ai",
            item.At,
            json =>
            {
                json.WriteString("content", "");
                json.WriteNumber("seq", item.Seq);
                json.WriteString("message_id", item.MessageId.Value);
                json.WriteFiles(item.Files, addressOf);
                json.WriteMetadata([.. Metadata(item).Select(m => (m.Key, m.Value))]);
            }
        );

    /// <summary>The metadata of a speech in its frame and in the history.</summary>
    public static ImmutableSortedDictionary<string, string> Metadata(SpeechItem item)
    {
        var metadata = ImmutableSortedDictionary
            .Create<string, string>(StringComparer.Ordinal)
            .Add("of", item.Of.Value)
            .Add("state", State(item));
        if (item.IsCut)
            metadata = metadata.Add("cut", "true");
        return item.Failure is { } failure ? metadata.Add("reason", Reason(failure)) : metadata;
    }

    /// <summary>How the speech stands: <c>metadata.state</c> in its frame, and <c>metadata.speech</c> in the end of its answer.</summary>
    public static string State(SpeechItem item) => item.Failure is null ? "done" : "failed";

    /// <summary>The name of a failure in <c>metadata.reason</c>, and in the metrics.</summary>
    public static string Reason(SpeechFailure failure) =>
        failure switch
        {
            SpeechFailure.Unavailable => "unavailable",
            SpeechFailure.Refused => "refused",
            SpeechFailure.TooLarge => "too_large",
            SpeechFailure.NothingToSay => "nothing_to_say",
            SpeechFailure.NotStored => "not_stored",
            SpeechFailure.Superseded => "superseded",
            SpeechFailure.Ended => "ended",
            _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
        };
}
