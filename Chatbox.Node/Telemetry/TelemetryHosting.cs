using System.Net;
using Chatbox.Actors.Telemetry;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Access;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Telemetry;

/// <summary>The metrics of a node and where they are read. Protocol section 8.</summary>
public static class TelemetryHosting
{
    /// <summary>Who may read the metrics unless told otherwise: loopback, link-local and private ranges.</summary>
    public static IReadOnlyList<IPNetwork> DefaultMetricsNetworks { get; } =
    [
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
    ];

    public static IServiceCollection AddChatboxMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PrometheusMetrics>().AddSingleton<SecurityEvents>();
        services.AddSingleton<IChatboxMetrics>(provider => provider.GetRequiredService<PrometheusMetrics>());
        return services;
    }

    /// <summary>
    /// Maps <c>{prefix}/metrics/prometheus</c> and <c>/metrics</c>. Anyone outside <paramref name="allowed"/> gets 403: that the
    /// address exists is no secret, and an operator must see why a scrape fails. Requests that a proxy has passed on get 403, too.
    /// </summary>
    public static void MapChatboxMetrics(this IEndpointRouteBuilder app, string prefix, IReadOnlyList<IPNetwork> allowed)
    {
        foreach (var path in new[] { $"{prefix}/metrics/prometheus", "/metrics" })
            app.MapGet(
                    path,
                    (HttpContext context, PrometheusMetrics metrics, SecurityEvents events) => WriteAsync(context, metrics, events, allowed)
                )
                .WithMetadata(new ProbedEndpoint())
                .ExcludeFromDescription();
    }

    private static async Task WriteAsync(
        HttpContext context,
        PrometheusMetrics metrics,
        SecurityEvents events,
        IReadOnlyList<IPNetwork> allowed
    )
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
        await metrics.WriteAsync(context.Response.Body, context.RequestAborted);
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
