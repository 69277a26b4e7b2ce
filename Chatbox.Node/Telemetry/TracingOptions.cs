using OpenTelemetry.Exporter;

namespace Chatbox.Node.Telemetry;

/// <summary>Destination of traces.</summary>
/// <param name="Endpoint">OTLP collector (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>); null to disable tracing.</param>
/// <param name="Protocol">Protocol of the collector (<c>OTEL_EXPORTER_OTLP_PROTOCOL</c>).</param>
public sealed record TracingOptions(Uri? Endpoint, OtlpExportProtocol Protocol);
