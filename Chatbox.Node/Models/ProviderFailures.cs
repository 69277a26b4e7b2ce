using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>
/// How a provider's failures are told apart. Messages name the provider's type, the status and the kind, and nothing a provider wrote.
/// </summary>
internal static class ProviderFailures
{
    // A provider that asks for more than this is as good as gone; the bound also keeps absurd numbers out of date arithmetic.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>A response other than 2xx.</summary>
    public static ModelFailureException Refused(string provider, HttpResponseMessage response, DateTimeOffset now)
    {
        var kind = KindOf(response.StatusCode);
        return new ModelFailureException(kind, $"{provider} answered {(int)response.StatusCode} ({kind}).", RetryAfter(response, now));
    }

    /// <summary>No response at all.</summary>
    public static ModelFailureException Unreachable(string provider, Exception failure)
    {
        var reason = failure switch
        {
            HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
            HttpRequestException request => request.HttpRequestError.ToString(),
            OperationCanceledException => "connect timeout",
            _ => failure.GetType().Name,
        };
        return new ModelFailureException(ModelFailureKind.Unavailable, $"{provider} cannot be reached: {reason} (Unavailable).");
    }

    /// <summary>An error that a provider reports inside a stream that began with 200; <paramref name="type"/> is its word for it.</summary>
    public static ModelFailureException InStream(string provider, string? type)
    {
        var kind = type switch
        {
            "rate_limit_error" or "rate_limit_exceeded" or "too_many_requests" => ModelFailureKind.RateLimited,
            "invalid_request_error"
            or "authentication_error"
            or "permission_error"
            or "billing_error"
            or "not_found_error"
            or "request_too_large"
            or "insufficient_quota"
            or "context_length_exceeded"
            or "invalid_param"
            or "app_unavailable"
            or "provider_not_initialize"
            or "provider_quota_exceeded"
            or "model_currently_not_support" => ModelFailureKind.Rejected,
            _ => ModelFailureKind.Unavailable,
        };
        return new ModelFailureException(kind, $"{provider} reported an error inside its stream ({kind}).");
    }

    /// <summary>The stream stopped, or is not what the provider's protocol allows.</summary>
    public static ModelFailureException Broken(string provider, string what) =>
        new(ModelFailureKind.Broken, $"{provider}: {what} ({ModelFailureKind.Broken}).");

    private static ModelFailureKind KindOf(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.TooManyRequests => ModelFailureKind.RateLimited,
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => ModelFailureKind.Unavailable,
            _ => ModelFailureKind.Rejected,
        };

    /// <summary>RFC 9110, 10.2.3: seconds or a date; some providers also say it in milliseconds, which is the finer word.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds)
            return Bounded(milliseconds / 1000);
        if (Number(response, "Retry-After") is { } seconds)
            return Bounded(seconds);
        return response.Headers.RetryAfter?.Date is { } date ? Bounded((date - now).TotalSeconds) : null;
    }

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestRetryAfter.TotalSeconds));
}
