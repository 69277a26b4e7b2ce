using System.Text;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// Turns a client's bytes into a <see cref="ClientFrame"/> or says why not. Checks in the protocol's order: JSON, type, fields of the
/// type, lengths (sections 4 and 5).
/// </summary>
public static class FrameReader
{
    /// <summary>Most Unicode scalar values of <c>content</c>.</summary>
    public const int MaxContentScalars = 10_000;

    /// <summary>Most UTF-8 bytes of <c>content</c>.</summary>
    public const int MaxContentBytes = 40_000;

    /// <summary>Most entries of <c>metadata</c>.</summary>
    public const int MaxMetadataKeys = 50;

    /// <summary>Longest value, and key, of <c>metadata</c>, in characters.</summary>
    public const int MaxMetadataLength = 1_000;

    /// <summary>Longest <c>message_id</c>, in characters.</summary>
    public const int MaxMessageIdLength = 128;

    /// <summary>How far ahead of our clock a <c>timestamp</c> may be.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromSeconds(60);

    private static readonly (string Field, int Length)[] Limits =
    [
        ("id", CommandId.MaxLength),
        ("session_id", 128),
        ("file_id", 255),
        ("file_url", 2_048),
        ("model_id", ModelId.MaxLength),
    ];

    /// <summary>Exactly one of the two results is not null.</summary>
    public static (ClientFrame? Frame, FrameRefusal? Refusal) Read(ReadOnlySpan<byte> utf8, DateTimeOffset now)
    {
        FrameFields fields;
        try
        {
            fields = FrameFields.Read(utf8);
        }
        catch (JsonException)
        {
            return (null, new FrameRefusal(ErrorCode.InvalidFormat, "A frame is one JSON object of at most 64 levels.", null, null));
        }

        CommandId? id = fields["id"] is { Length: > 0 and <= CommandId.MaxLength } named ? new CommandId(named) : null;
        try
        {
            var frame = Read(fields, id, now);
            return (
                PlacedSessionId.TryParse(fields["session_id"], out var session, out _) ? frame with { SessionId = session } : frame,
                null
            );
        }
        catch (RefusedException refused)
        {
            return (null, new FrameRefusal(refused.Code, refused.Message, refused.Field, id));
        }
    }

    private static ClientFrame Read(FrameFields fields, CommandId? id, DateTimeOffset now)
    {
        var type = Required(fields, "type");
        ClientFrame frame = type switch
        {
            "ping" => new ClientFrame.Ping(id),
            "user_message" => new ClientFrame.UserMessage(id, Required(fields, "content"), fields.Metadata, null),
            "model_select" => new ClientFrame.ModelSelect(id, new ModelId(Required(fields, "model_id"))),
            "stop" => new ClientFrame.Stop(id, ReadMessageId(fields)),
            "regenerate" => new ClientFrame.Regenerate(id),
            "typing_indicator" => new ClientFrame.TypingIndicator(id, ReadTyping(fields)),
            "token_refresh" => new ClientFrame.TokenRefresh(id, Required(fields, "content")),
            "file_upload" or "voice_message" => Files(fields, id, type),
            "help_request" or "admin_join" or "admin_leave" => new ClientFrame.NotOffered(id, type),
            _ => throw new RefusedException(ErrorCode.InvalidFormat, "type", "Unknown frame type."),
        };
        CheckKinds(fields);
        CheckLengths(fields, type);
        return frame is ClientFrame.UserMessage message ? message with { SentAt = ReadTimestamp(fields, now) } : frame;
    }

    private static ClientFrame.NotOffered Files(FrameFields fields, CommandId? id, string type)
    {
        Required(fields, "file_id");
        Required(fields, "file_url");
        return new ClientFrame.NotOffered(id, type);
    }

    /// <summary>Only here: other frames may carry a field of this name, which nobody reads.</summary>
    private static MessageId? ReadMessageId(FrameFields fields)
    {
        if (fields.Malformed("message_id") is { } expected)
            throw new RefusedException(ErrorCode.InvalidFormat, "message_id", $"message_id must be {expected}.");
        if (fields["message_id"] is not { Length: > 0 } message)
            return null;
        return message.Length <= MaxMessageIdLength
            ? new MessageId(message)
            : throw new RefusedException(
                ErrorCode.InvalidFormat,
                "message_id",
                $"message_id is longer than {MaxMessageIdLength} characters."
            );
    }

    private static bool ReadTyping(FrameFields fields) =>
        Required(fields, "content") switch
        {
            "start" => true,
            "stop" => false,
            _ => throw new RefusedException(ErrorCode.InvalidFormat, "content", "content must be \"start\" or \"stop\"."),
        };

    private static string Required(FrameFields fields, string name)
    {
        if (fields.Malformed(name) is { } expected)
            throw new RefusedException(ErrorCode.InvalidFormat, name, $"{name} must be {expected}.");
        return fields[name] is { Length: > 0 } text
            ? text
            : throw new RefusedException(ErrorCode.MissingField, name, $"{name} is missing or empty.");
    }

    private static void CheckKinds(FrameFields fields)
    {
        foreach (var name in (string[])["id", "session_id", "content", "file_id", "file_url", "model_id", "timestamp", "metadata"])
        {
            if (fields.Malformed(name) is { } expected)
                throw new RefusedException(ErrorCode.InvalidFormat, name, $"{name} must be {expected}.");
        }
    }

    private static void CheckLengths(FrameFields fields, string type)
    {
        foreach (var (field, length) in Limits)
        {
            if (fields[field]?.Length > length)
                throw new RefusedException(ErrorCode.InvalidFormat, field, $"{field} is longer than {length} characters.");
        }

        // A token is not content: it is as long as its issuer made it, within the size of a message.
        if (type != "token_refresh" && fields["content"] is { } content && IsTooLong(content))
            throw new RefusedException(
                ErrorCode.InvalidFormat,
                "content",
                $"content is longer than {MaxContentScalars} characters or {MaxContentBytes} bytes."
            );
        if (
            fields.Metadata.Count > MaxMetadataKeys
            || fields.Metadata.Any(m => m.Key.Length > MaxMetadataLength || m.Value.Length > MaxMetadataLength)
        )
            throw new RefusedException(
                ErrorCode.InvalidFormat,
                "metadata",
                $"metadata has more than {MaxMetadataKeys} keys or a key or value over {MaxMetadataLength} characters."
            );

        // Content alone is within its own bound here, so what is too much is the metadata.
        if (!MessageSize.IsAllowed(fields["content"] ?? "", fields.Metadata) && type != "token_refresh")
            throw new RefusedException(
                ErrorCode.InvalidFormat,
                "metadata",
                $"metadata and content together take more than {MessageSize.MaxBytes} bytes, or more than {MessageSize.MaxJsonBytes} as JSON."
            );
    }

    private static bool IsTooLong(string content)
    {
        if (content.Length <= MaxContentScalars && content.Length * 3 <= MaxContentBytes)
            return false;
        return Encoding.UTF8.GetByteCount(content) > MaxContentBytes || content.EnumerateRunes().Count() > MaxContentScalars;
    }

    private static DateTimeOffset? ReadTimestamp(FrameFields fields, DateTimeOffset now)
    {
        if (fields["timestamp"] is not { Length: > 0 } text)
            return null;
        if (!Rfc3339.TryParse(text, out var at))
            throw new RefusedException(ErrorCode.InvalidFormat, "timestamp", "timestamp must be an RFC 3339 date and time.");
        if (at - now > MaxClockSkew)
            throw new RefusedException(ErrorCode.InvalidFormat, "timestamp", "timestamp is more than 60 seconds ahead.");
        return at;
    }

    /// <summary>Never leaves this file: carries one refusal out of the nested checks.</summary>
    private sealed class RefusedException(string code, string field, string message) : Exception(message)
    {
        public string Code { get; } = code;
        public string Field { get; } = field;
    }
}
