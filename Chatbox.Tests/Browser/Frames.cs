using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatbox.Tests.Browser;

/// <summary>Frames as a node sends them (protocol, section 5).</summary>
internal static class Frames
{
    public const string Session = "0123456789abcdef0123456789abcdef";

    /// <summary>A token that claims to be of this user. Its signature is not valid.</summary>
    public static string TokenOf(string user)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["user_id"] = user, ["roles"] = new JsonArray() });
        return $"eyJhbGciOiJIUzI1NiJ9.{Base64Url.EncodeToString(claims)}.c2ln";
    }

    public static JsonObject Status(string session = Session, string user = "alice") =>
        new()
        {
            ["type"] = "connection_status",
            ["session_id"] = session,
            ["user_id"] = user,
            ["model_id"] = "small",
            ["models"] = new JsonArray(
                new JsonObject { ["id"] = "small", ["name"] = "Small" },
                new JsonObject { ["id"] = "large", ["name"] = "Large" }
            ),
        };

    /// <summary>A binding that asks the client to read the history, which is complete up to this place.</summary>
    public static JsonObject Reload(int seq)
    {
        var status = Status();
        status["seq"] = seq;
        status["metadata"] = new JsonObject { ["history"] = "reload" };
        return status;
    }

    public static JsonObject Loading(string messageId, string? reason = null) =>
        new()
        {
            ["type"] = "loading",
            ["sender"] = "ai",
            ["message_id"] = messageId,
            ["metadata"] = reason is null ? null : new JsonObject { ["reason"] = reason },
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

    /// <param name="seq">The place; 0 for none, as nodes send pieces.</param>
    public static JsonObject Piece(string messageId, int seq, int offset, string content, bool reset = false)
    {
        var metadata = new JsonObject { ["streaming"] = "true", ["done"] = "false" };
        if (reset)
            metadata["reset"] = "true";
        var piece = new JsonObject
        {
            ["type"] = "ai_response",
            ["sender"] = "ai",
            ["message_id"] = messageId,
            ["offset"] = offset,
            ["content"] = content,
            ["metadata"] = metadata,
        };
        if (seq > 0)
            piece["seq"] = seq;
        return piece;
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
