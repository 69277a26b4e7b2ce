using System.Text.Json.Serialization;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>An <c>ai_response</c> frame as protocol section 5 defines it, for SignalR's serializer.</summary>
internal sealed record AnswerFrame(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("session_id")] string SessionId,
    [property: JsonPropertyName("content")] string Content,
    [property: JsonPropertyName("model_id")] string ModelId,
    [property: JsonPropertyName("message_id")] string MessageId,
    [property: JsonPropertyName("offset")] int Offset,
    [property: JsonPropertyName("timestamp")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("sender")] string Sender,
    [property: JsonPropertyName("metadata")] AnswerMetadata Metadata
);

/// <summary>The metadata of a piece, which says whether more of the answer follows.</summary>
internal sealed record AnswerMetadata(
    [property: JsonPropertyName("streaming")] string Streaming,
    [property: JsonPropertyName("done")] string Done,
    [property: JsonPropertyName("finish_reason"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FinishReason
)
{
    public static readonly AnswerMetadata Piece = new("true", "false", null);
    public static readonly AnswerMetadata End = new("true", "true", "stop");
}

[JsonSerializable(typeof(AnswerFrame))]
internal sealed partial class AnswerFrameJson : JsonSerializerContext;
