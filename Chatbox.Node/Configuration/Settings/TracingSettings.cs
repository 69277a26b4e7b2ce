using Chatbox.Node.Configuration.Formats;
using OpenTelemetry.Exporter;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of tracing, named as in OpenTelemetry.</summary>
internal static class TracingSettings
{
    public static readonly SettingSection Section = new("Tracing", "OTEL_EXPORTER_OTLP_", "tracing");

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        NetworkValues.Endpoint,
        null,
        "OTLP collector of the traces. Leave empty to disable tracing. The node also reads OpenTelemetry's other OTEL_* variables (headers, "
            + "sampler, service name) from the environment.",
        "none"
    );

    public static readonly Setting<OtlpExportProtocol?> Protocol = Section.Add(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        Values.OneOf(("grpc", OtlpExportProtocol.Grpc), ("http/protobuf", OtlpExportProtocol.HttpProtobuf)),
        OtlpExportProtocol.Grpc,
        "Protocol of the collector: usually grpc on port 4317, http/protobuf on port 4318."
    );
}
