using System.Text.Json.Nodes;

namespace Chatbox.Tests.Browser;

/// <summary>Frames as the node sends them (protocol section 5).</summary>
internal static class Frames
{
    public const string Session = "0123456789abcdef0123456789abcdef";

    public static JsonObject Status(string session = Session) =>
        new()
        {
            ["type"] = "connection_status",
            ["session_id"] = session,
            ["user_id"] = "alice",
            ["model_id"] = "small",
            ["models"] = new JsonArray(
                new JsonObject { ["id"] = "small", ["name"] = "Small" },
                new JsonObject { ["id"] = "large", ["name"] = "Large" }
            ),
        };

    public static JsonObject Ack(string id, int seq, string messageId) =>
        new()
        {
            ["type"] = "ack",
            ["id"] = id,
            ["seq"] = seq,
            ["message_id"] = messageId,
        };

    public static JsonObject UserMessage(string messageId, int seq, string content) =>
        new()
        {
            ["type"] = "user_message",
            ["sender"] = "user",
            ["message_id"] = messageId,
            ["seq"] = seq,
            ["content"] = content,
        };

    public static JsonObject Piece(string messageId, int seq, int offset, string content, bool reset = false)
    {
        var metadata = new JsonObject { ["streaming"] = "true", ["done"] = "false" };
        if (reset)
            metadata["reset"] = "true";
        return new()
        {
            ["type"] = "ai_response",
            ["sender"] = "ai",
            ["message_id"] = messageId,
            ["seq"] = seq,
            ["offset"] = offset,
            ["content"] = content,
            ["metadata"] = metadata,
        };
    }

    public static JsonObject Done(string messageId, int seq, int offset, string reason)
    {
        var frame = Piece(messageId, seq, offset, "");
        frame["metadata"] = new JsonObject
        {
            ["streaming"] = "true",
            ["done"] = "true",
            ["finish_reason"] = reason,
        };
        return frame;
    }

    public static JsonObject Error(string code, string message, int? retryAfter = null) =>
        new()
        {
            ["type"] = "error",
            ["sender"] = "ai",
            ["error"] = new JsonObject
            {
                ["code"] = code,
                ["message"] = message,
                ["recoverable"] = true,
                ["retry_after"] = retryAfter,
            },
        };

    public static JsonObject Notification(string content, string reason, params (string Key, string Value)[] more)
    {
        var metadata = new JsonObject { ["reason"] = reason };
        foreach (var (key, value) in more)
            metadata[key] = value;
        return new()
        {
            ["type"] = "notification",
            ["sender"] = "system",
            ["content"] = content,
            ["metadata"] = metadata,
        };
    }
}
