using System.Net;
using Chatbox.Actors.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>Sends requests of notifications, and reads what a reply means for the next attempt.</summary>
internal static class NotificationHttp
{
    /// <summary>A client that follows no redirection: a signed request goes to the configured address only.</summary>
    public static HttpClient NewClient() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectTimeout = TimeSpan.FromSeconds(10),
            }
        )
        {
            // The outbox sets the deadline.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 64 * 1024,
        };

    public static async Task<SendOutcome> Send(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Outcome(response);
        }
        catch (HttpRequestException e)
        {
            return new SendOutcome.Retry($"the server cannot be reached ({e.HttpRequestError})");
        }
    }

    private static SendOutcome Outcome(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            return new SendOutcome.Sent();
        var reason = $"the server answered {(int)response.StatusCode}";
        // These say that the notification itself is wrong. Everything else may change: an outage, a limit, a key that is corrected.
        return
            response.StatusCode
                is HttpStatusCode.BadRequest
                    or HttpStatusCode.Gone
                    or HttpStatusCode.RequestEntityTooLarge
                    or HttpStatusCode.UnprocessableEntity
            ? new SendOutcome.Refused(reason)
            : new SendOutcome.Retry(reason, response.Headers.RetryAfter?.Delta is { } asked && asked < LongestAsked ? asked : null);
    }

    /// <summary>Longest wait that a server may ask for.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);
}
