using System.Collections.Immutable;
using System.Globalization;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Indexing;

/// <summary>Converts a session's item to the message that the index keeps.</summary>
internal static class IndexedItem
{
    public static IndexedMessage From(SessionItem item) =>
        item switch
        {
            UserItem m => new IndexedMessage(
                m.Seq,
                m.MessageId,
                FileFrames.TypeOf(m.Files),
                "user",
                m.Content,
                m.Metadata,
                m.SentAt,
                0,
                null
            )
            {
                Files = m.Files,
            },
            AnswerItem a => new IndexedMessage(
                a.Seq,
                a.MessageId,
                ServerFrameType.AiResponse,
                "ai",
                a.Text,
                Metadata(a),
                a.At,
                a.Usage.Prompt + a.Usage.Completion,
                a.ResponseTime
            )
            {
                Superseded = a.Superseded,
                FailedModel = a.Reason is FinishReason.Error or FinishReason.Timeout or FinishReason.Cut ? a.ModelId : null,
            },
            ImportedItem i => new IndexedMessage(
                i.Seq,
                i.MessageId,
                MessageFrames.TypeOf(i),
                MessageFrames.SenderOf(i),
                i.Content,
                Metadata(i),
                i.At,
                0,
                null
            )
            {
                FileId = i.FileId,
                FileUrl = i.FileUrl,
            },
            AdminItem m => ByAdmin(m, FileFrames.TypeOf(m.Files), m.Content, Metadata(m), m.SentAt) with { Files = m.Files },
            AdminJoinedItem j => ByAdmin(j, ServerFrameType.AdminJoin, "", Person(j.AdminId, j.AdminName), j.At),
            AdminLeftItem l => ByAdmin(l, ServerFrameType.AdminLeave, "", Metadata(l), l.At),
            TranscriptItem t => new IndexedMessage(
                t.Seq,
                t.MessageId,
                ServerFrameType.Transcript,
                "user",
                t.Text,
                VoiceFrames.Metadata(t),
                t.At,
                0,
                null
            ),
            ReturnedFileItem f => new IndexedMessage(
                f.Seq,
                f.MessageId,
                FileFrames.TypeOf(f),
                "ai",
                FileFrames.WordsOf(f),
                FileFrames.Metadata(f),
                f.At,
                0,
                null
            )
            {
                Files = f.Files,
            },
            SpeechItem s => new IndexedMessage(
                s.Seq,
                s.MessageId,
                ServerFrameType.Speech,
                "ai",
                "",
                SpeechFrames.Metadata(s),
                s.At,
                0,
                null
            )
            {
                Files = s.Files,
            },
            NoteItem n => ByAdmin(n, ServerFrameType.Note, n.Content, Person(n.AdminId, n.AdminName), n.At),
            _ => throw new InvalidOperationException($"The index has no place for {item.GetType().Name}."),
        };

    private static IndexedMessage ByAdmin(
        SessionItem item,
        string type,
        string content,
        ImmutableSortedDictionary<string, string> metadata,
        DateTimeOffset at
    ) => new(item.Seq, item.MessageId, type, "admin", content, metadata, at, 0, null);

    private static ImmutableSortedDictionary<string, string> Metadata(AdminItem item) =>
        item.Metadata.SetItems(Person(item.AdminId, item.AdminName));

    private static ImmutableSortedDictionary<string, string> Metadata(AdminLeftItem item) =>
        Person(item.AdminId, item.AdminName).SetItem("reason", PeopleItem.ReasonName(item.Reason));

    private static ImmutableSortedDictionary<string, string> Person(UserId admin, string name) =>
        ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [KeyValuePair.Create("admin_id", admin.Value), KeyValuePair.Create("admin_name", name)]
        );

    private static ImmutableSortedDictionary<string, string> Metadata(ImportedItem item) =>
        item.ModelId is { } model ? item.Metadata.SetItem("model_id", model.Value) : item.Metadata;

    private static ImmutableSortedDictionary<string, string> Metadata(AnswerItem answer)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        metadata["finish_reason"] = AnswerFrames.FinishReasonName(answer.Reason);
        metadata["prompt_tokens"] = answer.Usage.Prompt.ToString(CultureInfo.InvariantCulture);
        metadata["completion_tokens"] = answer.Usage.Completion.ToString(CultureInfo.InvariantCulture);
        metadata["model_id"] = answer.ModelId.Value;
        if (answer.Usage.Estimated)
            metadata["usage_estimated"] = "true";
        if (answer.Files > 0)
            metadata["files"] = answer.Files.ToString(CultureInfo.InvariantCulture);
        return metadata.ToImmutable();
    }
}
