using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>load</c>: many simultaneous answers.</summary>
internal sealed class LoadCommand : ComparisonCommand
{
    private readonly Option<int> _streams = NumberOption("--streams", "Answers running at once.", 500, 1, 5000);
    private readonly Option<TimeSpan> _interval = DurationOption(
        "--interval",
        "Time between two tokens of an answer.",
        TimeSpan.FromMilliseconds(20)
    );
    private readonly Option<int> _tokens = NumberOption("--tokens", "Tokens of an answer.", 200, 2, 100_000);
    private readonly Option<int> _rounds = NumberOption("--rounds", "Number of measurements per target.", 3, 1, 100);
    private readonly Option<TimeSpan> _warmUp = DurationOption(
        "--warm-up",
        "Full load before anything is counted.",
        TimeSpan.FromSeconds(12)
    );
    private readonly Option<TimeSpan> _window = DurationOption(
        "--window",
        "Time in which everything is counted.",
        TimeSpan.FromSeconds(12)
    );

    public LoadCommand()
        : base(
            "load",
            "Server CPU per token and the time added to the first token, with many answers running at once (the default).",
            TimeSpan.FromMinutes(10)
        )
    {
        Add(_streams);
        Add(_interval);
        Add(_tokens);
        Add(_rounds);
        Add(_warmUp);
        Add(_window);
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
            Interval = parsed.GetValue(_interval),
            Tokens = parsed.GetValue(_tokens),
            Rounds = parsed.GetValue(_rounds),
            WarmUp = parsed.GetValue(_warmUp),
            Window = parsed.GetValue(_window),
            Targets = targets,
            Node = node,
        };
        return Report.Load(settings, await LoadRun.Run(settings, Console.Error, cancellationToken), TimeProvider.System.GetUtcNow());
    }
}
