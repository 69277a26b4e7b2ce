using OpenTelemetry.Exporter;

namespace Chatbox.Node.Telemetry;

/// <summary>Where traces go.</summary>
/// <param name="Endpoint">An OTLP collector (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>); null to trace nothing.</param>
/// <param name="Protocol">How it is spoken to (<c>OTEL_EXPORTER_OTLP_PROTOCOL</c>).</param>
public sealed record TracingOptions(Uri? Endpoint, OtlpExportProtocol Protocol);
