using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Telemetry;

/// <summary>The metrics of a node and where they are read. Protocol section 8.</summary>
public static class TelemetryHosting
{
    public static IServiceCollection AddChatboxMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PrometheusMetrics>().AddSingleton<SecurityEvents>();
        services.AddSingleton<IChatboxMetrics>(provider => provider.GetRequiredService<PrometheusMetrics>());
        return services;
    }
}
