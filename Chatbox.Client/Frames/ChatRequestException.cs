using System.Net;
using System.Text.Json;

namespace Chatbox.Client.Frames;

/// <summary>The server has refused a request over HTTP. Protocol section 1, "Errors of REST".</summary>
public sealed class ChatRequestException : Exception
{
    private ChatRequestException(HttpStatusCode status, RestErrorBody? body, TimeSpan? retryAfter)
        : base(body?.Message ?? $"The server responded with status {(int)status}.")
    {
        (Status, Code, Reason, RetryAfter) = (status, body?.Code, body?.Reason, retryAfter);
    }

    public HttpStatusCode Status { get; }

    /// <summary>One of <see cref="RestErrorCode"/>, a code of a later version, or null if something on the way has responded.</summary>
    public string? Code { get; }

    /// <summary>Why a file was refused: a stable word (protocol section 7); null for other requests.</summary>
    public string? Reason { get; }

    /// <summary>How long to wait before another try; null if the server names no time.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request can succeed later.</summary>
    public bool IsTransient =>
        Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        || Status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    internal static async Task<ChatRequestException> Of(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        RestErrorBody? body = null;
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            body = await JsonSerializer
                .DeserializeAsync(content, ClientJson.Default.RestErrorBody, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // A proxy's own page: the status says enough.
        }

        return new ChatRequestException(response.StatusCode, body, RetryAfterOf(response));
    }

    internal static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}

internal sealed record RestErrorBody(string? Code, string? Message, string? Reason);
