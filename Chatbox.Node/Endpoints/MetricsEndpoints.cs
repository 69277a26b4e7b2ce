using System.Net;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints;

/// <summary>Serves the metrics to networks that may read them. Protocol section 8.</summary>
public static class MetricsEndpoints
{
    /// <summary>
    /// Maps <c>{prefix}/metrics/prometheus</c> and <c>/metrics</c>. Anyone outside <paramref name="allowed"/> gets 403: that the
    /// address exists is no secret, and an operator must see why a scrape fails. Requests that a proxy has passed on get 403, too.
    /// </summary>
    public static void MapChatboxMetrics(this IEndpointRouteBuilder app, string prefix, IReadOnlyList<IPNetwork> allowed)
    {
        foreach (var path in new[] { $"{prefix}/metrics/prometheus", "/metrics" })
            app.MapGet(
                    path,
                    (HttpContext context, PrometheusMetrics metrics, SecurityEvents events) => Write(context, metrics, events, allowed)
                )
                .WithMetadata(new ProbedEndpoint())
                .ExcludeFromDescription();
    }

    private static async Task Write(HttpContext context, PrometheusMetrics metrics, SecurityEvents events, IReadOnlyList<IPNetwork> allowed)
    {
        var client = RequestLimits.ClientOf(context.Connection.RemoteIpAddress);
        // A proxy in the node's own network would otherwise read them for whoever asks it.
        if (ForwardedClients.IsForwarded(context.Request))
        {
            events.Report(SecurityEvent.MetricsRefused, client, "asked through a proxy");
            await ErrorResponse.Forbidden("Metrics are not served through a proxy: read them from the node itself.").ExecuteAsync(context);
            return;
        }

        if (!IsAllowed(context.Connection.RemoteIpAddress, allowed))
        {
            events.Report(SecurityEvent.MetricsRefused, client, "not a network of METRICS_ALLOWED_NETWORKS");
            await ErrorResponse.Forbidden("Metrics are not served to this network.").ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await metrics.Write(context.Response.Body, context.RequestAborted);
    }

    /// <summary>An IPv4 address that arrived on an IPv6 socket is judged as IPv4; no address at all is refused.</summary>
    internal static bool IsAllowed(IPAddress? address, IReadOnlyList<IPNetwork> allowed)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Any(network => network.Contains(plain));
    }
}
