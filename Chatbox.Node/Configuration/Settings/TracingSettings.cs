using Chatbox.Node.Configuration.Formats;
using OpenTelemetry.Exporter;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Where traces go; under the names that OpenTelemetry gives its settings.</summary>
internal static class TracingSettings
{
    public static readonly SettingSection Section = new("Tracing", "OTEL_EXPORTER_OTLP_", "tracing");

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        NetworkValues.Endpoint,
        null,
        "OTLP collector that gets the traces; without it nothing is traced. OpenTelemetry's other OTEL_* variables (headers, sampler, "
            + "service name) are read from the environment.",
        "none"
    );

    public static readonly Setting<OtlpExportProtocol?> Protocol = Section.Add(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        Values.OneOf(("grpc", OtlpExportProtocol.Grpc), ("http/protobuf", OtlpExportProtocol.HttpProtobuf)),
        OtlpExportProtocol.Grpc,
        "How the collector is spoken to: port 4317 is usually gRPC, 4318 HTTP."
    );
}
