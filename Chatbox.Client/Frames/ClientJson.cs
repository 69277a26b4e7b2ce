using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatbox.Client.Frames;

/// <summary>Everything that crosses the network as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(ChatFrame))]
[JsonSerializable(typeof(CommandFrame))]
[JsonSerializable(typeof(PageOfHistory))]
[JsonSerializable(typeof(PostedReplies))]
[JsonSerializable(typeof(CloseBody))]
[JsonSerializable(typeof(RestErrorBody))]
[JsonSerializable(typeof(TokenClaimsBody))]
[JsonSerializable(typeof(StoredUpload))]
internal sealed partial class ClientJson : JsonSerializerContext
{
    /// <summary>Null for what is no frame; a client ignores it.</summary>
    public static ChatFrame? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Default.ChatFrame);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A frame of the client. Protocol section 5, "Client to server".</summary>
internal sealed record CommandFrame(string Type)
{
    public string? Id { get; init; }

    public string? Content { get; init; }

    public string? MessageId { get; init; }

    public string? ModelId { get; init; }

    public string? FileId { get; init; }

    public string? FileUrl { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string ToText() => JsonSerializer.Serialize(this, ClientJson.Default.CommandFrame);
}

/// <summary>A page of the history. Protocol section 6, "Reading".</summary>
internal sealed record PageOfHistory(IReadOnlyList<ChatFrame> Messages, long? NextBeforeSeq);

/// <summary>The response to frames over HTTP. Protocol section 3, "Without WebSockets".</summary>
internal sealed record PostedReplies(IReadOnlyList<ChatFrame> Replies, CloseBody? Close);

/// <summary>Why a connection ends.</summary>
internal sealed record CloseBody(int Code, string? Reason);

/// <summary>What a token claims; nobody has checked the signature.</summary>
internal sealed record TokenClaimsBody(string? UserId, double? Exp);

/// <summary>The response to an upload.</summary>
internal sealed record StoredUpload(string FileId, string? FileUrl, long? Size, string? MimeType);
