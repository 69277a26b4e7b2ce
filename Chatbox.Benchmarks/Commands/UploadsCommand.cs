using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>uploads</c>: large files beside answers.</summary>
internal sealed class UploadsCommand : ComparisonCommand
{
    private const int Mebibyte = 1 << 20;

    private readonly Option<int> _streams = NumberOption("--streams", "Answers running at once, a token each 20 ms.", 50, 1, 5000);
    private readonly Option<int> _uploads = NumberOption("--uploads", "Files that are uploaded at once.", 50, 1, 100);
    private readonly Option<int> _size = NumberOption("--size", "Size of each file, in MiB.", 20, 1, 100);
    private readonly Option<int> _pace = NumberOption(
        "--pace",
        "KiB that each upload sends in a second; 0 for as many as it can.",
        0,
        0,
        1 << 20
    );
    private readonly Option<int> _rounds = NumberOption("--rounds", "Number of measurements with and without uploads.", 3, 1, 100);
    private readonly Option<TimeSpan> _window = DurationOption(
        "--window",
        "Time of a measurement without uploads; one with uploads lasts until all files are confirmed.",
        TimeSpan.FromSeconds(15)
    );

    private readonly Option<bool> _separate = new("--separate-cores")
    {
        Description = "Give the server the first core, and clients and model the second.",
    };

    public UploadsCommand()
        : base("uploads", "Memory and first tokens of a node beside uploads of large files.", TimeSpan.FromMinutes(20))
    {
        Add(_streams);
        Add(_uploads);
        Add(_size);
        Add(_pace);
        Add(_rounds);
        Add(_window);
        Add(_separate);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var settings = new LoadSettings
        {
            Streams = parsed.GetValue(_streams),
            Interval = TimeSpan.FromMilliseconds(20),
            Tokens = 25, // half a second, so that many first tokens are measured
            Rounds = parsed.GetValue(_rounds),
            WarmUp = TimeSpan.FromSeconds(12),
            Window = parsed.GetValue(_window),
            // Of the baselines, only the raw relay takes files.
            Targets = [.. targets.Where(target => target is Target.Relay or Target.Chatbox)],
            AreCoresSeparate = parsed.GetValue(_separate),
            Node = node,
            Uploads = parsed.GetValue(_uploads),
            UploadBytes = parsed.GetValue(_size) * Mebibyte,
            UploadBytesPerSecond = parsed.GetValue(_pace) * 1024,
        };
        var measurements = await UploadsRun.Run(settings, Console.Error, cancellationToken);
        return UploadsReport.Write(settings, measurements, TimeProvider.System.GetUtcNow());
    }
}
