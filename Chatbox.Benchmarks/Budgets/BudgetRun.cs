using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Budgets;

/// <summary>The rows of the table, and the reports of the measurements under load that they come from.</summary>
internal sealed record BudgetResult(IReadOnlyList<BudgetRow> Rows, IReadOnlyList<string> Reports, double OthersShare);

/// <summary>Fills the table of budgets, one measurement after the other.</summary>
internal sealed class BudgetRun(BudgetSettings settings, TextWriter progress, TimeProvider clock)
{
    private const double Mebibyte = 1_048_576;

    private readonly List<BudgetRow> _rows = [];
    private readonly List<string> _reports = [];
    private double _others;

    /// <summary>Throws <see cref="ChildFailedException"/> if a letter of an answer is wrong, or a process ends.</summary>
    public async Task<BudgetResult> Run(CancellationToken cancellationToken)
    {
        // Idle sockets come first, because they fail at once if the limit of open files is too low.
        if (!settings.IsQuick)
            await Silence(cancellationToken);
        await Busy(cancellationToken);
        await Fast(cancellationToken);
        await Light(cancellationToken);
        if (!settings.IsQuick)
        {
            await Young(cancellationToken);
            await Few(cancellationToken);
            await Bursts(30, budget: 20, cancellationToken);
            await Bursts(250, budget: 100, cancellationToken);
            await Starts(cancellationToken);
            await Nodes(cancellationToken);
        }

        return new BudgetResult(_rows, _reports, _others);
    }

    private async Task Busy(CancellationToken cancellationToken)
    {
        var run = await Load(settings.Busy, cancellationToken);
        const string what = "server CPU per token, 250 answers, a token each 20 ms";
        Ratio($"{what} ÷ raw relay", run, Target.Chatbox, Target.Relay, 1.0, settings.Busy);
        Ratio($"{what} ÷ SignalR", run, Target.Chatbox, Target.SignalR, 0.95, settings.Busy);
        if (settings.IsQuick)
            return;
        Ratio($"{what}, not paced ÷ raw relay", run, Target.UnpacedChatbox, Target.Relay, 1.0, settings.Busy);
        Ratio($"{what} ÷ raw relay with the same pace", run, Target.Chatbox, Target.PacedRelay, 1.0, settings.Busy);
        Milliseconds("added to the first token p99, 250 answers", run, r => r.AddedP99, 15, settings.Busy);
    }

    private async Task Fast(CancellationToken cancellationToken)
    {
        var run = await Load(settings.Fast, cancellationToken);
        const string what = "server CPU per token, 60 answers, a token each 5 ms";
        Ratio($"{what} ÷ raw relay", run, Target.Chatbox, Target.Relay, 0.5, settings.Fast);
        if (settings.IsQuick)
            return;
        Ratio($"{what}, not paced ÷ raw relay", run, Target.UnpacedChatbox, Target.Relay, 0.5, settings.Fast);
        Ratio($"{what} ÷ raw relay with the same pace", run, Target.Chatbox, Target.PacedRelay, 0.5, settings.Fast);
    }

    private async Task Light(CancellationToken cancellationToken)
    {
        var run = await Load(settings.Light, cancellationToken);
        Ratio("server CPU per token, 30 answers, a token each 20 ms ÷ raw relay", run, Target.Chatbox, Target.Relay, 0.9, settings.Light);
    }

    private async Task Young(CancellationToken cancellationToken)
    {
        var run = await Load(settings.Young, cancellationToken);
        Ratio("the same in the first half minute ÷ raw relay", run, Target.Chatbox, Target.Relay, 1.3, settings.Young);
    }

    private async Task Few(CancellationToken cancellationToken)
    {
        var run = await Load(settings.Few, cancellationToken);
        Milliseconds("added to the first token p50, 25 answers", run, r => r.AddedP50, 0.5, settings.Few);
        Milliseconds("added to the first token p99, 25 answers", run, r => r.AddedP99, 3, settings.Few);
    }

    private async Task Bursts(int people, double budget, CancellationToken cancellationToken)
    {
        var burst = settings.Burst(people);
        var run = await BurstRun.Run(burst, progress, cancellationToken);
        var warmth = $"after {burst.WarmUpBursts} bursts; raw relay {Relay(m => m.First):0.0} ms";
        Add($"question to first token p50, {people} new people in the same instant", Of(m => m.First), budget, warmth);
        Add(
            $"the same, a later question of {people} people",
            Of(m => m.Later),
            budget,
            $"after {burst.WarmUpBursts} bursts; raw relay {Relay(m => m.Later):0.0} ms"
        );
        if (people == 30)
            Add("the first question after the start", Of(m => m.Cold), 150, $"just started; raw relay {Relay(m => m.Cold):0.0} ms");

        double Relay(Func<BurstMeasurement, double> value) => run.Where(m => m.Target == Target.Relay).Select(value).Median();

        IReadOnlyList<double> Of(Func<BurstMeasurement, double> value) => [.. run.Where(m => m.Target == Target.Chatbox).Select(value)];

        void Add(string what, IReadOnlyList<double> rounds, double most, string how) =>
            _rows.Add(new BudgetRow(what, BudgetUnit.Milliseconds, rounds, most, how));
    }

    private async Task Silence(CancellationToken cancellationToken)
    {
        var idle = settings.Idle;
        var run = (await IdleRun.Run(idle, progress, cancellationToken)).ToDictionary(m => m.Target, m => m.Result);
        var (relay, chatbox) = (run[Target.Relay], run[Target.Chatbox]);
        var warmth = $"{idle.Settle.TotalSeconds} s after the last of {idle.Sockets} sockets, a user and a session each";
        _rows.Add(
            new BudgetRow(
                "memory per idle socket ÷ raw relay",
                BudgetUnit.Ratio,
                [chatbox.BytesPerSocket / relay.BytesPerSocket],
                2.0,
                $"{warmth}; {chatbox.BytesPerSocket / 1024:0.0} KiB against {relay.BytesPerSocket / 1024:0.0}"
            )
        );
        _rows.Add(
            new BudgetRow(
                $"CPU of a node with {idle.Sockets} silent sockets",
                BudgetUnit.Core,
                [chatbox.SilentCpuShare!.Value],
                0.02,
                $"{idle.Watch.TotalSeconds} s, {idle.BeforeWatch.TotalSeconds} s after that; raw relay {relay.SilentCpuShare:0.0%}; Chatbox {chatbox.CpuShare:0.0%} of a core before, when sessions were indexed"
            )
        );
    }

    private async Task Starts(CancellationToken cancellationToken)
    {
        var quiet = TimeSpan.FromSeconds(10);
        var run = await StartRun.Run(settings.Node, settings.Rounds, quiet, progress, cancellationToken);
        _rows.Add(
            new BudgetRow(
                "start to ready",
                BudgetUnit.Milliseconds,
                [.. run.Select(m => m.Ready.TotalMilliseconds)],
                1500,
                "an empty SQLite file, warm disk cache"
            )
        );
        _rows.Add(
            new BudgetRow(
                "empty node, resident",
                BudgetUnit.Mebibytes,
                [.. run.Select(m => m.ResidentBytes / Mebibyte)],
                120,
                $"{quiet.TotalSeconds} s after ready, {run.Average(m => m.Cpu.TotalSeconds):0.0} s of CPU used; garbage collection as in production"
            )
        );
    }

    private async Task Nodes(CancellationToken cancellationToken)
    {
        if (settings.Postgres is not { } postgres)
            return;
        var (idle, load) = (settings.NodesIdle, settings.NodesLoad);
        var ratios = new List<double>();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            var run = await NodesRun.Run(postgres, [1, 3], idle, load, progress, cancellationToken);
            ratios.Add(run[1].Load.CpuPerToken / run[0].Load.CpuPerToken);
        }

        _rows.Add(new BudgetRow("CPU per token of three nodes ÷ one node, PostgreSQL", BudgetUnit.Ratio, ratios, 1.3, Warmth(load)));
    }

    private async Task<IReadOnlyList<LoadMeasurement>> Load(LoadSettings load, CancellationToken cancellationToken)
    {
        var run = await LoadRun.Run(load, progress, cancellationToken);
        _reports.Add(Report.Load(load, run, clock.GetUtcNow()));
        _others = Math.Max(_others, run.Max(m => m.Result.OthersShare));
        return run;
    }

    private void Ratio(string what, IReadOnlyList<LoadMeasurement> run, Target target, Target baseline, double budget, LoadSettings load)
    {
        var costs = $"{Cost(target):0} µs against {Cost(baseline):0}";
        var ratios = run.Ratios(target, baseline, r => r.CpuPerToken);
        _rows.Add(new BudgetRow(what, BudgetUnit.Ratio, ratios, budget, $"{Warmth(load)}; {costs}"));

        double Cost(Target of) => run.Of(of, r => r.CpuPerToken).Median();
    }

    private void Milliseconds(
        string what,
        IReadOnlyList<LoadMeasurement> run,
        Func<LoadResult, double> value,
        double budget,
        LoadSettings load
    ) => _rows.Add(new BudgetRow(what, BudgetUnit.Milliseconds, run.Of(Target.Chatbox, value), budget, Warmth(load)));

    private static string Warmth(LoadSettings load) =>
        $"{load.Window.TotalSeconds} s after {(load.AnswerDuration + load.WarmUp).TotalSeconds} s of load";
}
