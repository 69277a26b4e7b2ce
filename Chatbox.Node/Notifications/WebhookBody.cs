using System.Text.Json.Serialization;

namespace Chatbox.Node.Notifications;

/// <summary>The body of a webhook's request. Services like Slack show <c>text</c> and ignore the rest.</summary>
/// <param name="Id">The same when the request is repeated.</param>
/// <param name="Over">Whether it is the end of an earlier incident.</param>
internal sealed record WebhookBody(
    string Id,
    string Incident,
    string Event,
    bool Over,
    DateTime At,
    string? SessionId,
    string? UserId,
    int? AffectedUsers,
    IReadOnlyDictionary<string, string> Facts,
    int NotToldBefore,
    string? Link,
    string Text
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WebhookBody))]
internal sealed partial class WebhookJson : JsonSerializerContext;
