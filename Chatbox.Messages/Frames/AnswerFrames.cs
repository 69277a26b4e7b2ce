using System.Globalization;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>
/// Frames about an answer of a model, except the pieces of its text: <see cref="PieceRenderer"/> renders those. Protocol section 5.
/// </summary>
public static class AnswerFrames
{
    /// <summary>Announces an answer: the model is about to be asked, or is thinking.</summary>
    public static ReadOnlyMemory<byte> Loading(SessionId session, MessageId answer, DateTimeOffset at, bool thinks = false) =>
        ServerFrame.Render(
            ServerFrameType.Loading,
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("message_id", answer.Value);
                if (thinks)
                    json.WriteMetadata(("reason", "thinking"));
            }
        );

    /// <summary>Shows some of the model's thinking. It adds no text to the answer.</summary>
    /// <param name="offset">Length of the answer's text so far, in UTF-16 code units.</param>
    /// <param name="thinkingOffset">
    /// Where <paramref name="thinking"/> starts in the whole thinking, in UTF-16 code units. It replaces what the client has from there on.
    /// </param>
    public static ReadOnlyMemory<byte> Thinking(
        SessionId session,
        MessageId answer,
        ModelId model,
        int offset,
        string thinking,
        int thinkingOffset,
        DateTimeOffset at
    ) =>
        WithoutText(
            session,
            answer,
            model,
            offset,
            at,
            ("streaming", "true"),
            ("done", "false"),
            ("thinking", thinking),
            ("thinking_offset", thinkingOffset.ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>Withdraws the answer's text from <paramref name="offset"/> on; new text for that place follows.</summary>
    /// <param name="offset">In UTF-16 code units.</param>
    public static ReadOnlyMemory<byte> Reset(SessionId session, MessageId answer, ModelId model, int offset, DateTimeOffset at) =>
        WithoutText(session, answer, model, offset, at, ("streaming", "true"), ("done", "false"), ("reset", "true"));

    /// <summary>
    /// Tells a legacy page that the text it is sent next belongs to another answer than the one it is showing. This frame ends no answer and
    /// names none.
    /// </summary>
    public static ReadOnlyMemory<byte> Left(SessionId session, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.AiResponse,
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", "");
                json.WriteMetadata(("streaming", "true"), ("done", "true"));
            }
        );

    /// <summary>Ends an answer; every answer has exactly one such frame. The text was sent before, in pieces.</summary>
    /// <param name="length">Length of the whole text, in UTF-16 code units.</param>
    /// <param name="superseded">A later answer to the same message has taken this answer's place.</param>
    /// <param name="supersedes">The earlier answer to the same message, whose place this answer takes.</param>
    /// <param name="files">Number of files that the model returned with it.</param>
    /// <param name="speech">How the answer's speech stands, <see cref="SpeechFrames.State"/> or <see cref="SpeechFrames.Pending"/>; null if it is not spoken.</param>
    /// <param name="sound">The answer as sound; null without one.</param>
    /// <param name="addressOf">Signs the address of a file of this service.</param>
    public static ReadOnlyMemory<byte> Done(
        SessionId session,
        long seq,
        MessageId answer,
        ModelId model,
        int length,
        FinishReason reason,
        TokenUsage usage,
        DateTimeOffset at,
        bool superseded = false,
        MessageId? supersedes = null,
        int files = 0,
        string? speech = null,
        MessageFiles? sound = null,
        Func<MessageFile, string?>? addressOf = null
    ) =>
        ServerFrame.Render(
            ServerFrameType.AiResponse,
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", "");
                json.WriteString("model_id", model.Value);
                json.WriteNumber("seq", seq);
                json.WriteString("message_id", answer.Value);
                json.WriteNumber("offset", length);
                json.WriteFiles(sound, addressOf);
                json.WriteStartObject("metadata");
                json.WriteString("streaming", "true");
                json.WriteString("done", "true");
                json.WriteString("finish_reason", FinishReasonName(reason));
                json.WriteString("prompt_tokens", usage.Prompt.ToString(CultureInfo.InvariantCulture));
                json.WriteString("completion_tokens", usage.Completion.ToString(CultureInfo.InvariantCulture));
                if (usage.Estimated)
                    json.WriteString("usage_estimated", "true");
                if (superseded)
                    json.WriteString("superseded", "true");
                if (supersedes is { } earlier)
                    json.WriteString("supersedes", earlier.Value);
                if (files > 0)
                    json.WriteString("files", files.ToString(CultureInfo.InvariantCulture));
                if (speech is not null)
                    json.WriteString("speech", speech);
                json.WriteEndObject();
            }
        );

    /// <summary>The value of <c>metadata.finish_reason</c>.</summary>
    public static string FinishReasonName(FinishReason reason) =>
        reason switch
        {
            FinishReason.Stop => "stop",
            FinishReason.Length => "length",
            FinishReason.Stopped => "stopped",
            FinishReason.Cut => "cut",
            FinishReason.Timeout => "timeout",
            FinishReason.Error => "error",
            FinishReason.TakenOver => "taken_over",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
        };

    /// <summary>A frame about a place in a running answer that adds no text there.</summary>
    private static ReadOnlyMemory<byte> WithoutText(
        SessionId session,
        MessageId answer,
        ModelId model,
        int offset,
        DateTimeOffset at,
        params (string Key, string Value)[] metadata
    ) =>
        ServerFrame.Render(
            ServerFrameType.AiResponse,
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", "");
                json.WriteString("model_id", model.Value);
                json.WriteString("message_id", answer.Value);
                json.WriteNumber("offset", offset);
                json.WriteMetadata(metadata);
            }
        );
}
