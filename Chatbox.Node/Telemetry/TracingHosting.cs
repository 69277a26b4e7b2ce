using Chatbox.Actors.Telemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Chatbox.Node.Telemetry;

/// <summary>Traces of messages, sent to a collector by OTLP. A collector that is away costs spans, never answers.</summary>
public static class TracingHosting
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "chatbox";

    /// <summary>Does nothing without a collector: then no span is made.</summary>
    /// <param name="instance">Tells this node from the others (<c>service.instance.id</c>).</param>
    public static void AddChatboxTracing(this WebApplicationBuilder builder, TracingOptions options, string instance)
    {
        if (options.Endpoint is not { } endpoint)
            return;

        // Where the library reads it itself: only so it adds the path of traces to an HTTP address.
        builder.Configuration.AddInMemoryCollection([new(EndpointKey, endpoint.ToString())]);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceInstanceId: instance).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(Tracing.SourceName).AddOtlpExporter(otlp => otlp.Protocol = options.Protocol));
    }
}
