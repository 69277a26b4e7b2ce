using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chatbox.Actors.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>
/// Posts incidents as JSON to one address. The header <c>X-Chatbox-Signature</c> is <c>v1=</c> and the HMAC-SHA256, under the secret, of the
/// time in <c>X-Chatbox-Timestamp</c>, a full stop, and the body. <c>Idempotency-Key</c> is the id, the same when a request is repeated.
/// </summary>
internal sealed class WebhookChannel(WebhookOptions options, Uri? panel, HttpClient http, TimeProvider clock) : INotificationChannel
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(options.Secret);

    public string Channel => ChannelName.Webhook;

    public string Target { get; } = TargetId.Of(ChannelName.Webhook, options.Address.AbsoluteUri);

    public async Task<SendOutcome> Send(Notification notification, CancellationToken cancellationToken)
    {
        var body = Body(notification);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Address);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("X-Chatbox-Timestamp", timestamp);
        request.Headers.Add("X-Chatbox-Signature", $"v1={Sign(timestamp, body)}");
        request.Headers.Add("Idempotency-Key", NotificationText.IdOf(notification));
        return await NotificationHttp.Send(http, request, cancellationToken);
    }

    private string Sign(string timestamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes($"{timestamp}.").Concat(body).ToArray()));

    private byte[] Body(Notification notification)
    {
        var incident = notification.Incident;
        var text = NotificationText.Of(notification, panel);
        var body = new WebhookBody(
            NotificationText.IdOf(notification),
            incident.Id.Value,
            IncidentNames.Of(incident.Kind),
            incident.IsOver,
            incident.At.UtcDateTime,
            incident.SessionId?.Value,
            incident.UserId?.Value,
            incident.AffectedUsers,
            incident.Facts,
            notification.Untold,
            text.Link?.AbsoluteUri,
            text.Plain()
        );
        return JsonSerializer.SerializeToUtf8Bytes(body, WebhookJson.Default.WebhookBody);
    }
}
