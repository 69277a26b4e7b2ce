using System.Text;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// Reads a client's bytes as a <see cref="ClientFrame"/>, or refuses them with a reason. The order of the checks is the protocol's: JSON,
/// type, fields of the type, lengths. Protocol sections 4 and 5.
/// </summary>
public static class FrameReader
{
    /// <summary>Greatest length of <c>content</c>, in Unicode scalar values.</summary>
    public const int MaxContentScalars = 10_000;

    /// <summary>Greatest size of <c>content</c>, in bytes of UTF-8.</summary>
    public const int MaxContentBytes = 40_000;

    /// <summary>Greatest number of entries in <c>metadata</c>.</summary>
    public const int MaxMetadataKeys = 50;

    /// <summary>Greatest length of a key and of a value in <c>metadata</c>, in characters.</summary>
    public const int MaxMetadataLength = 1_000;

    /// <summary>Greatest length of <c>message_id</c>, in characters.</summary>
    public const int MaxMessageIdLength = 128;

    /// <summary>Greatest length of a user id in <c>content</c>, in characters: that of a token.</summary>
    public const int MaxUserIdLength = 255;

    /// <summary>Greatest lead of a <c>timestamp</c> over the server's clock.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromSeconds(60);

    private static readonly (string Field, int Length)[] Limits =
    [
        ("id", CommandId.MaxLength),
        ("session_id", 128),
        ("file_id", 255),
        ("file_url", 2_048),
        ("model_id", ModelId.MaxLength),
    ];

    /// <summary>Reads one frame. Exactly one of the two results is not null.</summary>
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
        catch (FrameRefusedException refused)
        {
            return (null, new FrameRefusal(refused.Code, refused.Message, refused.Field, id));
        }
    }

    private static ClientFrame Read(FrameFields fields, CommandId? id, DateTimeOffset now)
    {
        var type = fields.Required("type");
        if (!ClientFrame.Types.TryGetValue(type, out var read))
            throw new FrameRefusedException(ErrorCode.InvalidFormat, "type", "Unknown frame type.");
        var frame = read(id, fields);
        CheckKinds(fields);
        CheckLengths(fields, type);
        return frame is ClientFrame.UserMessage message ? message with { SentAt = ReadTimestamp(fields, now) } : frame;
    }

    private static void CheckKinds(FrameFields fields)
    {
        foreach (var name in (string[])["id", "session_id", "content", "file_id", "file_url", "model_id", "timestamp", "metadata"])
        {
            fields.RefuseMalformed(name);
        }
    }

    private static void CheckLengths(FrameFields fields, string type)
    {
        foreach (var (field, length) in Limits)
        {
            if (fields[field]?.Length > length)
                throw new FrameRefusedException(ErrorCode.InvalidFormat, field, $"{field} is longer than {length} characters.");
        }

        // The length limit of content does not apply to a token, whose issuer decides its length.
        if (type != "token_refresh" && fields["content"] is { } content && IsTooLong(content))
            throw new FrameRefusedException(
                ErrorCode.InvalidFormat,
                "content",
                $"content is longer than {MaxContentScalars} characters or {MaxContentBytes} bytes."
            );
        if (
            fields.Metadata.Count > MaxMetadataKeys
            || fields.Metadata.Any(m => m.Key.Length > MaxMetadataLength || m.Value.Length > MaxMetadataLength)
        )
            throw new FrameRefusedException(
                ErrorCode.InvalidFormat,
                "metadata",
                $"metadata has more than {MaxMetadataKeys} keys or a key or value over {MaxMetadataLength} characters."
            );

        // The content alone is within its own limit here, so the error names the metadata.
        if (!MessageSize.IsAllowed(fields["content"] ?? "", fields.Metadata) && type != "token_refresh")
            throw new FrameRefusedException(
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
            throw new FrameRefusedException(ErrorCode.InvalidFormat, "timestamp", "timestamp must be an RFC 3339 date and time.");
        if (at - now > MaxClockSkew)
            throw new FrameRefusedException(ErrorCode.InvalidFormat, "timestamp", "timestamp is more than 60 seconds ahead.");
        return at;
    }
}
