using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>Frames that show a whole item of the conversation: a person's message, or an item imported from the replaced service.</summary>
public static class MessageFrames
{
    /// <summary>Metadata of an imported answer that its frame sets itself.</summary>
    private static readonly string[] EndOfAnswer = ["streaming", "done", "finish_reason"];

    /// <summary>A person's message, for the viewers that did not send it; with a file as its form, for all viewers.</summary>
    /// <param name="addressOf">Signs the address of a file of this service.</param>
    public static ReadOnlyMemory<byte> UserMessage(
        SessionId session,
        long seq,
        MessageId message,
        string content,
        IReadOnlyDictionary<string, string> metadata,
        DateTimeOffset at,
        MessageFiles? files = null,
        Func<MessageFile, string?>? addressOf = null
    ) =>
        ServerFrame.Render(
            FileFrames.TypeOf(files),
            session,
            "user",
            at,
            json =>
            {
                var (text, fitting) = MessageSize.Fit(content, metadata);
                json.WriteString("content", text);
                json.WriteNumber("seq", seq);
                json.WriteString("message_id", message.Value);
                json.WriteFiles(files, addressOf);
                if (fitting.Count > 0)
                    json.WriteMetadata([.. fitting.Select(m => (m.Key, m.Value))]);
            }
        );

    /// <summary>An imported item. For an answer, this is the frame that ends it: the text was sent before, in pieces.</summary>
    /// <param name="model">The model to name for an answer; other items name none.</param>
    public static ReadOnlyMemory<byte> Imported(SessionId session, ImportedItem item, ModelId model) =>
        ServerFrame.Render(
            TypeOf(item),
            session,
            SenderOf(item),
            item.At,
            json =>
            {
                var isAnswer = item.Sender == ImportedSender.Ai;
                var (content, metadata) = MessageSize.Fit(isAnswer ? "" : item.Content, item.Metadata);
                json.WriteString("content", content);
                json.WriteNumber("seq", item.Seq);
                json.WriteString("message_id", item.MessageId.Value);
                if (isAnswer)
                {
                    json.WriteString("model_id", model.Value);
                    json.WriteNumber("offset", item.Content.Length);
                }

                if (item.FileId is { } file)
                    json.WriteString("file_id", file);
                if (item.FileUrl is { } url)
                    json.WriteString("file_url", url);
                var own = metadata.Where(m => !isAnswer || !EndOfAnswer.Contains(m.Key)).Select(m => (m.Key, m.Value)).ToArray();
                if (isAnswer)
                    json.WriteMetadata([
                        .. own,
                        ("streaming", "true"),
                        ("done", "true"),
                        ("finish_reason", AnswerFrames.FinishReasonName(FinishReason.Stop)),
                    ]);
                else if (own.Length > 0)
                    json.WriteMetadata(own);
            }
        );

    /// <summary>The type of the frame that shows an imported item, and its <c>type</c> in the history.</summary>
    public static string TypeOf(ImportedItem item) =>
        item.Sender switch
        {
            ImportedSender.Ai => ServerFrameType.AiResponse,
            ImportedSender.System => ServerFrameType.Notification,
            _ when item.FileId is not null => ServerFrameType.FileUpload,
            _ => ServerFrameType.UserMessage,
        };

    /// <summary>The <c>sender</c> of an imported item.</summary>
    public static string SenderOf(ImportedItem item) =>
        item.Sender switch
        {
            ImportedSender.User => "user",
            ImportedSender.Ai => "ai",
            ImportedSender.Admin => "admin",
            ImportedSender.System => "system",
            _ => throw new InvalidOperationException($"The imported sender {item.Sender} has no name."),
        };
}
