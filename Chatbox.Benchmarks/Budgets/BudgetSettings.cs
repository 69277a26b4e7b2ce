using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Budgets;

/// <summary>What is run to fill the table of budgets: all of it, or the quick form with the first four rows.</summary>
internal sealed record BudgetSettings
{
    /// <summary>The path of <c>Chatbox.Node.dll</c>.</summary>
    public required string Node { get; init; }

    public required bool IsQuick { get; init; }

    /// <summary>The number of rounds of each measurement under load; the targets take turns in each.</summary>
    public required int Rounds { get; init; }

    /// <summary>A PostgreSQL server, for three nodes against one; null to leave the row out.</summary>
    public string? Postgres { get; init; }

    /// <summary>Many answers at the pace of most models.</summary>
    public LoadSettings Busy =>
        IsQuick
            ? Load(250, 20, 200, warmUp: 3, window: 8, Target.Relay, Target.SignalR, Target.Chatbox)
            : Load(250, 20, 200, 12, 12, Target.Relay, Target.SignalR, Target.Chatbox, Target.UnpacedChatbox, Target.PacedRelay);

    /// <summary>Fast models.</summary>
    public LoadSettings Fast =>
        IsQuick
            ? Load(60, 5, 800, 3, 8, Target.Relay, Target.Chatbox)
            : Load(60, 5, 800, 8, 8, Target.Relay, Target.Chatbox, Target.UnpacedChatbox, Target.PacedRelay);

    /// <summary>The load of most deployments, warm.</summary>
    public LoadSettings Light =>
        IsQuick ? Load(30, 20, 200, 3, 8, Target.Relay, Target.Chatbox) : Load(30, 20, 200, 40, 12, Target.Relay, Target.Chatbox);

    /// <summary>The same load in the first half minute of a server.</summary>
    public LoadSettings Young => Load(30, 20, 50, 1, 25, Target.Relay, Target.Chatbox);

    /// <summary>Few answers, for the time that Chatbox adds.</summary>
    public LoadSettings Few => Load(25, 20, 50, 12, 15, Target.Chatbox);

    /// <param name="people">The number of people who ask in the same instant.</param>
    public BurstSettings Burst(int people) =>
        new()
        {
            People = people,
            WarmUpBursts = 6,
            Bursts = 3,
            Rounds = Rounds,
            Targets = [Target.Relay, Target.Chatbox],
            Node = Node,
        };

    public IdleSettings Idle =>
        new()
        {
            Sockets = 10_000,
            Settle = TimeSpan.FromSeconds(10),
            BeforeWatch = TimeSpan.FromSeconds(30),
            Watch = TimeSpan.FromSeconds(109), // so that every socket is pinged twice
            Targets = [Target.Relay, Target.Chatbox],
            Node = Node,
        };

    /// <summary>The sockets of the comparison of nodes, which is about answers.</summary>
    public IdleSettings NodesIdle =>
        Idle with
        {
            Sockets = 100,
            Settle = TimeSpan.FromSeconds(1),
            BeforeWatch = TimeSpan.Zero,
            Watch = TimeSpan.Zero,
            Targets = [Target.Chatbox],
        };

    public LoadSettings NodesLoad => Load(250, 100, 100, 10, 15, Target.Chatbox) with { Rounds = 1 };

    private LoadSettings Load(int streams, int interval, int tokens, int warmUp, int window, params Target[] targets) =>
        new()
        {
            Streams = streams,
            Interval = TimeSpan.FromMilliseconds(interval),
            Tokens = tokens,
            Rounds = Rounds,
            WarmUp = TimeSpan.FromSeconds(warmUp),
            Window = TimeSpan.FromSeconds(window),
            Targets = targets,
            Node = Node,
        };
}
