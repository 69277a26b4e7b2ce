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
    /// Maps <c>{prefix}/metrics/prometheus</c> and <c>/metrics</c>. Callers outside <paramref name="allowed"/> and requests through a proxy get
    /// 403, not 404, so that an operator sees why a scrape fails.
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
        // A proxy in an allowed network would otherwise make the metrics public.
        if (ForwardedClients.IsForwarded(context.Request))
        {
            events.Report(SecurityEvent.MetricsRefused, client, "request through a proxy");
            await ErrorResponse
                .Forbidden("Metrics are not served through a proxy: read them from the node directly.")
                .ExecuteAsync(context);
            return;
        }

        if (!IsAllowed(context.Connection.RemoteIpAddress, allowed))
        {
            events.Report(SecurityEvent.MetricsRefused, client, "network not in METRICS_ALLOWED_NETWORKS");
            await ErrorResponse.Forbidden("Metrics are not served to this network.").ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await metrics.Write(context.Response.Body, context.RequestAborted);
    }

    /// <summary>
    /// Whether an address is in one of the networks. IPv4 addresses of IPv6 sockets count as IPv4; a missing address is refused.
    /// </summary>
    internal static bool IsAllowed(IPAddress? address, IReadOnlyList<IPNetwork> allowed)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Any(network => network.Contains(plain));
    }
}
