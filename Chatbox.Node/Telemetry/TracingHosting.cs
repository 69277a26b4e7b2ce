using Chatbox.Actors.Telemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Chatbox.Node.Telemetry;

/// <summary>Sends traces of messages to an OTLP collector. An outage of the collector loses spans, but never affects answers.</summary>
public static class TracingHosting
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "chatbox";

    /// <summary>Adds tracing. Does nothing without a collector.</summary>
    /// <param name="instance">Unique name of this node (<c>service.instance.id</c>).</param>
    public static void AddChatboxTracing(this WebApplicationBuilder builder, TracingOptions options, string instance)
    {
        if (options.Endpoint is not { } endpoint)
            return;

        // Set as configuration, because the library then adds the path of traces to an HTTP address.
        builder.Configuration.AddInMemoryCollection([new(EndpointKey, endpoint.ToString())]);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceInstanceId: instance).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(Tracing.SourceName).AddOtlpExporter(otlp => otlp.Protocol = options.Protocol));
    }
}
