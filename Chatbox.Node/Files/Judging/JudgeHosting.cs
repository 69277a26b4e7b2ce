using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Scanning;
using Chatbox.Node.Files.Texts;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Files.Judging;

/// <summary>Registers what looks into files: the judge, the workshop of images, and the reader of texts.</summary>
internal static class JudgeHosting
{
    /// <summary>Needs a <see cref="FileSpool"/>, a <see cref="PrometheusMetrics"/> and a <see cref="TimeProvider"/> among the services.</summary>
    public static IServiceCollection AddFileJudge(this IServiceCollection services, ScanOptions scan, ImageOptions images) =>
        services
            .AddSingleton(services => services.GetRequiredService<PrometheusMetrics>().FileJudge)
            .AddSingleton(images)
            .AddSingleton<ImageWorkshop>()
            .AddSingleton(scan)
            .AddSingleton(services => new MalwareCheck(
                Scanner(scan),
                scan,
                services.GetRequiredService<FileJudgeMetrics>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<MalwareCheck>>()
            ))
            .AddSingleton(new JudgeOptions())
            .AddSingleton<IFileJudge, FileJudge>()
            .AddSingleton(new TextOptions())
            .AddSingleton<ITextExtractor, TextExtractor>();

    private static IFileScanner? Scanner(ScanOptions options) =>
        options.ClamAv is { } address ? new ClamAvScanner(address)
        : options.Command.Count > 0 ? new CommandScanner(options.Command)
        : null;
}
