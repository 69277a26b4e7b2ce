using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>Renders what goes to a client, each frame once, as UTF-8 JSON. Protocol sections 4 and 5.</summary>
public static partial class ServerFrame
{
    /// <summary>The fixed answer to a <c>ping</c> frame.</summary>
    public static readonly ReadOnlyMemory<byte> Pong = """{"type":"pong"}"""u8.ToArray();

    private static readonly JsonWriterOptions Options = new()
    {
        // Pages set text as text, so only what JSON itself demands is escaped: other scripts stay readable and short.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The type of a frame that was rendered here.</summary>
    /// <exception cref="JsonException">It is no frame.</exception>
    public static string TypeOf(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        while (json.Read())
            if (json is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && json.ValueTextEquals("type"u8) && json.Read())
                return json.GetString()!;
        throw new JsonException("A frame without a type.");
    }

    /// <summary>A model as clients see it.</summary>
    public readonly record struct Model(ModelId Id, string Name);

    /// <summary>The binding of the socket.</summary>
    /// <param name="seq">The client has, or will not be sent, everything up to here.</param>
    /// <param name="reload">The client is too far behind for a replay and reads the history instead.</param>
    public static ReadOnlyMemory<byte> ConnectionStatus(
        SessionId session,
        UserId user,
        IEnumerable<Model> models,
        ModelId model,
        long seq,
        bool reload,
        DateTimeOffset at
    ) =>
        Render(
            "connection_status",
            session,
            "system",
            at,
            json =>
            {
                json.WriteString("user_id", user.Value);
                json.WriteStartArray("models");
                foreach (var (id, name) in models)
                {
                    json.WriteStartObject();
                    json.WriteString("id", id.Value);
                    json.WriteString("name", name);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteString("model_id", model.Value);
                json.WriteNumber("seq", seq);
                if (reload)
                    Metadata(json, ("history", "reload"));
            }
        );

    /// <summary>Confirms <c>model_select</c>, to every viewer.</summary>
    public static ReadOnlyMemory<byte> ModelConfirmed(SessionId session, Model model, DateTimeOffset at) =>
        Render(
            "connection_status",
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", $"{model.Name} answers from now on.");
                json.WriteString("model_id", model.Id.Value);
            }
        );

    /// <summary>The command is durable.</summary>
    public static ReadOnlyMemory<byte> Ack(SessionId session, CommandId id, long seq, MessageId? message, DateTimeOffset at) =>
        Render(
            "ack",
            session,
            "system",
            at,
            json =>
            {
                json.WriteString("id", id.Value);
                json.WriteNumber("seq", seq);
                if (message is { } messageId)
                    json.WriteString("message_id", messageId.Value);
            }
        );

    /// <summary>What a person said, for the other viewers.</summary>
    public static ReadOnlyMemory<byte> UserMessage(
        SessionId session,
        long seq,
        MessageId message,
        string content,
        IReadOnlyDictionary<string, string> metadata,
        DateTimeOffset at
    ) =>
        Render(
            "user_message",
            session,
            "user",
            at,
            json =>
            {
                var (text, fitting) = MessageSize.Fit(content, metadata);
                json.WriteString("content", text);
                json.WriteNumber("seq", seq);
                json.WriteString("message_id", message.Value);
                if (fitting.Count > 0)
                    Metadata(json, [.. fitting.Select(m => (m.Key, m.Value))]);
            }
        );

    /// <summary>The model is about to be asked, or it thinks.</summary>
    public static ReadOnlyMemory<byte> Loading(SessionId session, MessageId answer, DateTimeOffset at, bool thinks = false) =>
        Render(
            "loading",
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("message_id", answer.Value);
                if (thinks)
                    Metadata(json, ("reason", "thinking"));
            }
        );

    /// <summary>Some of what the model thinks. No text of the answer: <paramref name="offset"/> only says how far that is.</summary>
    /// <param name="thinkingOffset">Where <paramref name="thinking"/> starts in all of the thinking, in UTF-16 code units; what a client has from there on is replaced.</param>
    public static ReadOnlyMemory<byte> Thinking(
        SessionId session,
        MessageId answer,
        ModelId model,
        int offset,
        string thinking,
        int thinkingOffset,
        DateTimeOffset at
    ) =>
        Wordless(
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

    /// <summary>Text from <paramref name="offset"/> on is withdrawn and follows anew.</summary>
    public static ReadOnlyMemory<byte> Reset(SessionId session, MessageId answer, ModelId model, int offset, DateTimeOffset at) =>
        Wordless(session, answer, model, offset, at, ("streaming", "true"), ("done", "false"), ("reset", "true"));

    /// <summary>A frame about a running answer at one place of its text that adds no text.</summary>
    private static ReadOnlyMemory<byte> Wordless(
        SessionId session,
        MessageId answer,
        ModelId model,
        int offset,
        DateTimeOffset at,
        params (string Key, string Value)[] metadata
    ) =>
        Render(
            "ai_response",
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", "");
                json.WriteString("model_id", model.Value);
                json.WriteString("message_id", answer.Value);
                json.WriteNumber("offset", offset);
                Metadata(json, metadata);
            }
        );

    /// <summary>
    /// For a page of the replaced service: what it is sent next belongs to another answer than the one it is showing. It is the end of no
    /// answer, and names none.
    /// </summary>
    public static ReadOnlyMemory<byte> AnswerLeft(SessionId session, DateTimeOffset at) =>
        Render(
            "ai_response",
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", "");
                Metadata(json, ("streaming", "true"), ("done", "true"));
            }
        );

    /// <summary>The one end of an answer. Its text has gone out before, in pieces.</summary>
    /// <param name="length">Length of the whole text, in UTF-16 code units.</param>
    /// <param name="superseded">Another answer has taken its place since.</param>
    /// <param name="supersedes">The answer in whose place this one was given.</param>
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
        MessageId? supersedes = null
    ) =>
        Render(
            "ai_response",
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
                json.WriteEndObject();
            }
        );

    /// <summary>Something the client asked for did not happen, or an answer failed.</summary>
    /// <param name="field">The field to blame.</param>
    /// <param name="id">The command it is about.</param>
    public static ReadOnlyMemory<byte> Error(
        SessionId session,
        string code,
        string message,
        TimeSpan? retryAfter,
        string? field,
        CommandId? id,
        DateTimeOffset at
    ) =>
        Render(
            "error",
            session,
            "ai",
            at,
            json =>
            {
                if (id is { } command)
                    json.WriteString("id", command.Value);
                json.WriteStartObject("error");
                json.WriteString("code", code);
                json.WriteString("message", message);
                json.WriteBoolean("recoverable", ErrorCode.IsRecoverable(code));
                if (retryAfter is { } wait)
                    json.WriteNumber("retry_after", (long)Math.Ceiling(wait.TotalMilliseconds));
                json.WriteEndObject();
                if (field is not null)
                    Metadata(json, ("field", field));
            }
        );

    /// <summary>News about the connection itself.</summary>
    public static ReadOnlyMemory<byte> Notification(
        SessionId session,
        string content,
        string reason,
        DateTimeOffset at,
        params (string Key, string Value)[] more
    ) =>
        Render(
            "notification",
            session,
            "system",
            at,
            json =>
            {
                json.WriteString("content", content);
                Metadata(json, [("reason", reason), .. more]);
            }
        );

    /// <summary>Somebody types, or has stopped.</summary>
    public static ReadOnlyMemory<byte> Typing(SessionId session, bool typing, DateTimeOffset at) =>
        Render("typing_indicator", session, "user", at, json => json.WriteString("content", typing ? "start" : "stop"));

    /// <summary>The protocol's word for a reason.</summary>
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

    private static void Metadata(Utf8JsonWriter json, params ReadOnlySpan<(string Key, string Value)> values)
    {
        json.WriteStartObject("metadata");
        foreach (var (key, value) in values)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Render(
        string type,
        SessionId session,
        string sender,
        DateTimeOffset at,
        Action<Utf8JsonWriter> rest
    )
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("session_id", session.Value);
        json.WriteString("sender", sender);
        json.WriteString("timestamp", Rfc3339.Format(at));
        rest(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
