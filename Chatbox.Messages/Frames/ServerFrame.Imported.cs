using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>Frames about what was said in the replaced service.</summary>
public static partial class ServerFrame
{
    private static readonly string[] DoneKeys = ["streaming", "done", "finish_reason"];

    /// <summary>What was said. Of an answer it is the end: its text has gone out before, in pieces.</summary>
    /// <param name="model">Of an answer.</param>
    public static ReadOnlyMemory<byte> Imported(SessionId session, ImportedItem item, ModelId model) =>
        Render(
            item.Type,
            session,
            item.SenderName,
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
                var own = metadata.Where(m => !isAnswer || !DoneKeys.Contains(m.Key)).Select(m => (m.Key, m.Value)).ToArray();
                if (isAnswer)
                    Metadata(
                        json,
                        [.. own, ("streaming", "true"), ("done", "true"), ("finish_reason", FinishReasonName(FinishReason.Stop))]
                    );
                else if (own.Length > 0)
                    Metadata(json, own);
            }
        );
}
