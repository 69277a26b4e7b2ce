using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Messages.Feed;
using Chatbox.Messages.Frames;

namespace Chatbox.Node.Endpoints.Feed;

/// <summary>The data of an event in the feed. Protocol section 6.</summary>
internal sealed record FeedEventBody
{
    public required string Type { get; init; }

    public required string Timestamp { get; init; }

    public string? SessionId { get; init; }

    public string? UserId { get; init; }

    public string? AdminId { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public static FeedEventBody Of(FeedEvent e) =>
        new()
        {
            Type = e.Type,
            Timestamp = Rfc3339.Format(e.At),
            SessionId = e.SessionId?.Value,
            UserId = e.UserId?.Value,
            AdminId = e.AdminId?.Value,
            Metadata = e.Facts.IsEmpty ? null : e.Facts,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(FeedEventBody))]
internal sealed partial class FeedJson : JsonSerializerContext;

/// <summary>Writes the texts of a <c>text/event-stream</c>. WHATWG HTML, section 9.2.</summary>
internal static class EventText
{
    /// <summary>A comment, which clients ignore, and which shows that the connection lives.</summary>
    public const string Heartbeat = ":\n\n";

    // JSON without escapes for HTML: it contains no line breaks either way.
    private static readonly FeedJson Json = new(
        new JsonSerializerOptions(FeedJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <summary>One event, with the place that the client sends back as <c>Last-Event-ID</c>.</summary>
    public static string Of(FeedPosition position, FeedEvent e) =>
        $"id: {Id(position)}\nevent: {e.Type}\ndata: {JsonSerializer.Serialize(FeedEventBody.Of(e), Json.FeedEventBody)}\n\n";

    /// <summary>A place without an event: clients remember the id.</summary>
    public static string Of(FeedPosition position) => $"id: {Id(position)}\n\n";

    /// <summary>The wait before the client connects again.</summary>
    public static string Retry(TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $"retry: {(long)wait.TotalMilliseconds}\n\n");

    /// <summary>Reads a <c>Last-Event-ID</c>; null for an empty one. One that cannot be read is a place of no feed.</summary>
    public static FeedPosition? ParseId(string? id)
    {
        if (string.IsNullOrEmpty(id))
            return null;
        var dash = id.LastIndexOf('-');
        return dash > 0 && long.TryParse(id[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new FeedPosition(id[..dash], number)
            : new FeedPosition("", 0);
    }

    private static string Id(FeedPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Feed}-{position.Number}");
}
