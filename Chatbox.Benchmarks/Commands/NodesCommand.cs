using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>nodes</c>: one node against three.</summary>
internal sealed class NodesCommand : ComparisonCommand
{
    private readonly Option<string> _postgres = new("--postgres")
    {
        Description = "Server on which a database per measurement is created: postgres://user:password@host:port/database.",
        Required = true,
    };

    private readonly Option<int> _sockets = NumberOption("--sockets", "Idle sockets, over all nodes.", 10_000, 1, 25_000);
    private readonly Option<int> _streams = NumberOption("--streams", "Answers running at once, over all nodes.", 500, 1, 5000);
    private readonly Option<TimeSpan> _interval = DurationOption(
        "--interval",
        "Time between two tokens of an answer.",
        TimeSpan.FromMilliseconds(200)
    );

    public NodesCommand()
        : base("nodes", "Memory and CPU of each node, idle and with answers: one node against three.", TimeSpan.FromMinutes(20))
    {
        Add(_postgres);
        Add(_sockets);
        Add(_streams);
        Add(_interval);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<Target> chatbox = [Target.Chatbox]; // the baselines cannot form a cluster
        var idle = new IdleSettings
        {
            Sockets = parsed.GetValue(_sockets),
            Settle = TimeSpan.FromSeconds(20),
            Targets = chatbox,
            Node = node,
        };
        var load = new LoadSettings
        {
            Streams = parsed.GetValue(_streams),
            Interval = parsed.GetValue(_interval),
            Tokens = 100,
            Rounds = 1,
            WarmUp = TimeSpan.FromSeconds(20),
            Window = TimeSpan.FromSeconds(30),
            Targets = chatbox,
            Node = node,
        };
        var measurements = await NodesRun.Run(parsed.GetValue(_postgres)!, [1, 3], idle, load, Console.Error, cancellationToken);
        return NodesReport.Write(idle, load, measurements, TimeProvider.System.GetUtcNow());
    }
}
