using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>Frames about a connection and its commands, rather than about the conversation. Protocol section 5.</summary>
public static class ConnectionFrames
{
    /// <summary>A model as clients see it.</summary>
    public readonly record struct Model(ModelId Id, string Name);

    /// <summary>Tells a client which session its socket shows, and which models it can choose from.</summary>
    /// <param name="seq">The client has every item up to here, or will not be sent it.</param>
    /// <param name="reload">The client is too far behind for a replay and must read the history over REST.</param>
    /// <param name="assistance">Who helps in the session, and what this viewer is there; the default if there is nothing to say.</param>
    /// <param name="voice">What this service does with voices; the default for nothing.</param>
    public static ReadOnlyMemory<byte> Status(
        SessionId session,
        UserId user,
        IEnumerable<Model> models,
        ModelId model,
        long seq,
        bool reload,
        DateTimeOffset at,
        Assistance assistance = default,
        VoiceServices voice = default
    ) =>
        ServerFrame.Render(
            ServerFrameType.ConnectionStatus,
            session,
            "system",
            at,
            json =>
            {
                json.WriteString("user_id", user.Value);

                // No model answers while an admin assists, so there is none to choose.
                if (assistance.AdminName is null)
                    WriteModels(json, models);
                json.WriteString("model_id", model.Value);
                json.WriteNumber("seq", seq);
                List<(string Key, string Value)> metadata = [.. assistance.Metadata, .. voice.Metadata];
                if (reload)
                    metadata.Insert(0, ("history", "reload"));
                if (metadata.Count > 0)
                    json.WriteMetadata([.. metadata]);
            }
        );

    private static void WriteModels(Utf8JsonWriter json, IEnumerable<Model> models)
    {
        json.WriteStartArray("models");
        foreach (var (id, name) in models)
        {
            json.WriteStartObject();
            json.WriteString("id", id.Value);
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Confirms a <c>model_select</c> to every viewer.</summary>
    public static ReadOnlyMemory<byte> ModelConfirmed(SessionId session, Model model, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.ConnectionStatus,
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", $"{model.Name} answers from now on.");
                json.WriteString("model_id", model.Id.Value);
            }
        );

    /// <summary>Confirms that a command is in the journal.</summary>
    public static ReadOnlyMemory<byte> Ack(SessionId session, CommandId id, long seq, MessageId? message, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.Ack,
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

    /// <summary>Refuses a command, or reports that an answer failed.</summary>
    /// <param name="code">One of <see cref="ErrorCode"/>.</param>
    /// <param name="field">The field with the mistake; null if the error is not about a field.</param>
    /// <param name="id">The refused command; null if the error is not about a command.</param>
    /// <param name="reason">One of <see cref="ErrorReason"/>; null if the code says all.</param>
    public static ReadOnlyMemory<byte> Error(
        SessionId session,
        string code,
        string message,
        TimeSpan? retryAfter,
        string? field,
        CommandId? id,
        DateTimeOffset at,
        string? reason = null
    ) =>
        ServerFrame.Render(
            ServerFrameType.Error,
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
                if (field is null && reason is null)
                    return;
                json.WriteStartObject("metadata");
                if (field is not null)
                    json.WriteString("field", field);
                if (reason is not null)
                    json.WriteString("reason", reason);
                json.WriteEndObject();
            }
        );

    /// <summary>Announces something about the connection itself, such as a node that stops or a token that expires.</summary>
    /// <param name="reason">The value of <c>metadata.reason</c>.</param>
    /// <param name="more">Further entries of <c>metadata</c>.</param>
    public static ReadOnlyMemory<byte> Notification(
        SessionId session,
        string content,
        string reason,
        DateTimeOffset at,
        params (string Key, string Value)[] more
    ) =>
        ServerFrame.Render(
            ServerFrameType.Notification,
            session,
            "system",
            at,
            json =>
            {
                json.WriteString("content", content);
                json.WriteMetadata([("reason", reason), .. more]);
            }
        );

    /// <summary>Shows the other viewers that a person has started or stopped typing.</summary>
    /// <param name="byAdmin">The assisting admin types, rather than the user.</param>
    public static ReadOnlyMemory<byte> Typing(SessionId session, bool typing, DateTimeOffset at, bool byAdmin = false) =>
        ServerFrame.Render(
            ServerFrameType.TypingIndicator,
            session,
            PeopleFrames.SenderOf(byAdmin),
            at,
            json => json.WriteString("content", typing ? "start" : "stop")
        );
}
