using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Telemetry;

/// <summary>Registers metrics and security events. Protocol section 8.</summary>
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
