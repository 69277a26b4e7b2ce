using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>idle</c>: many silent sockets.</summary>
internal sealed class IdleCommand : ComparisonCommand
{
    private readonly Option<int> _sockets = NumberOption("--sockets", "Idle sockets on each target.", 10_000, 1, 25_000);
    private readonly Option<TimeSpan> _settle = DurationOption("--settle", "Quiet time before each measurement.", TimeSpan.FromSeconds(10));

    private readonly Option<TimeSpan> _beforeWatch = DurationOption(
        "--before-watch",
        "Time before the CPU of the silent servers is measured, in which a young server compiles what its timers run.",
        TimeSpan.FromMinutes(1)
    );

    private readonly Option<TimeSpan> _watch = DurationOption(
        "--watch",
        "Time in which the CPU of the silent servers is measured. The default is two rounds of pings: in a minute there would be one or two.",
        TimeSpan.FromSeconds(109)
    );

    public IdleCommand()
        : base("idle", "Memory per idle socket, and what a node that nobody speaks to works.", TimeSpan.FromMinutes(10))
    {
        Add(_sockets);
        Add(_settle);
        Add(_beforeWatch);
        Add(_watch);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var settings = new IdleSettings
        {
            Sockets = parsed.GetValue(_sockets),
            Settle = parsed.GetValue(_settle),
            BeforeWatch = parsed.GetValue(_beforeWatch),
            Watch = parsed.GetValue(_watch),
            Targets = targets,
            Node = node,
        };
        return Report.Idle(settings, await IdleRun.Run(settings, Console.Error, cancellationToken), TimeProvider.System.GetUtcNow());
    }
}
