using System.Text.Json;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Errors;
using Chatbox.Node.Health;
using Chatbox.Node.Logging;
using Chatbox.Node.Stores;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Operators;

/// <summary>Shows the cluster as this node sees it, and lets members leave, go down or join.</summary>
internal sealed class ClusterEndpoints(
    ActorSystem system,
    NodeStore store,
    ConnectionSlots slots,
    DrainState drain,
    LogLevelSwitch levels,
    TimeProvider clock
)
{
    private static readonly TimeSpan StatsDeadline = TimeSpan.FromSeconds(5);

    private readonly Cluster _cluster = Cluster.Get(system);
    private readonly long _started = clock.GetTimestamp();

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/cluster", () => Json(Show()));
        app.MapGet("/cluster/status", () => Json(Status()));
        app.MapGet("/cluster/events", Tail);
        app.MapPost("/cluster/leave", (string? address) => OnMember(address ?? $"{_cluster.SelfAddress}", _cluster.Leave, "leaving"));
        app.MapPost("/cluster/down", (string? address) => OnMember(address, _cluster.Down, "down"));
        app.MapPost("/cluster/join", Join);
        app.MapGet("/sharding", () => Json(new RegionsBody([.. ClusterSharding.Get(system).ShardTypeNames.Order()])));
        app.MapGet("/sharding/stats", Stats);
    }

    private static IResult Json<T>(T body) => OperatorAnswers.Json(body);

    private ClusterBody Show()
    {
        var state = _cluster.State;
        var oldest = state.Members.OrderBy(member => member, Member.AgeOrdering).FirstOrDefault();
        return new ClusterBody(
            $"{_cluster.SelfAddress}",
            state.Leader?.ToString(),
            [
                .. state.Members.Select(member => new MemberBody(
                    $"{member.Address}",
                    Name(member.Status),
                    !state.Unreachable.Contains(member),
                    member == oldest,
                    member.Address == _cluster.SelfAddress
                )),
            ]
        );
    }

    private NodeBody Status() =>
        new(
            $"{_cluster.SelfAddress}",
            Name(_cluster.SelfMember.Status),
            OperationMetrics.Version,
            (long)clock.GetElapsedTime(_started).TotalSeconds,
            slots.Taken,
            drain.IsDraining,
            LogLevels.NameOf(levels.Level),
            store.Name
        );

    private async Task Tail(HttpContext http)
    {
        var changes = Channel.CreateBounded<ClusterChange>(
            new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        var events = system.ActorOf(Props.Create(() => new ClusterEventsActor(changes.Writer)));
        try
        {
            await OperatorAnswers.Stream(
                http,
                changes.Reader.ReadAllAsync(http.RequestAborted),
                change =>
                    JsonSerializer.Serialize(
                        new MemberEventBody(clock.GetUtcNow(), change.Event, change.Address),
                        OperatorJson.Default.MemberEventBody
                    ) + "\n"
            );
        }
        finally
        {
            system.Stop(events);
        }
    }

    private IResult OnMember(string? address, Action<Address> act, string status)
    {
        var member = _cluster.State.Members.FirstOrDefault(member => IsCalled(member.Address, address));
        if (member is null)
            return ErrorResponse.NotFound($"The cluster has no member {ErrorText.Quote(address ?? "")}.");
        act(member.Address);
        return Json(new AcceptedBody(status));
    }

    private IResult Join(string? address)
    {
        if (address is null || !Address.TryParse(address, out var node))
            return ErrorResponse.BadRequest("address must look like akka.tcp://chatbox@host:4053.");
        if (_cluster.State.Members.Any(member => member.Address == _cluster.SelfAddress))
            return ErrorResponse.Conflict("This node is a member of a cluster. To join another cluster, let it leave and restart it.");
        _cluster.Join(node);
        return Json(new AcceptedBody("joining"));
    }

    private async Task<IResult> Stats(string? region)
    {
        var sharding = ClusterSharding.Get(system);
        if (region is not null && !sharding.ShardTypeNames.Contains(region))
            return ErrorResponse.NotFound($"There is no region {ErrorText.Quote(region)}.");
        var rows = new List<ShardingRow>();
        foreach (var name in sharding.ShardTypeNames.Where(name => region is null || name == region).Order())
        {
            var stats = await sharding
                .ShardRegion(name)
                .Ask<ClusterShardingStats>(new GetClusterShardingStats(StatsDeadline), StatsDeadline);
            rows.AddRange(
                stats
                    .Regions.OrderBy(node => node.Key)
                    .Select(node => new ShardingRow(
                        name,
                        // The address of this node has no host there.
                        $"{(node.Key.HasLocalScope ? _cluster.SelfAddress : node.Key)}",
                        node.Value.Stats.Count,
                        node.Value.Stats.Values.Sum()
                    ))
            );
        }

        return Json(new ShardingBody(rows));
    }

    /// <summary>Whether a member has this name, written as <c>akka.tcp://chatbox@host:4053</c> or <c>host:4053</c>.</summary>
    private static bool IsCalled(Address member, string? name) =>
        name is not null && (name == $"{member}" || name == $"{new ClusterAddress(member.Host ?? "", member.Port ?? 0)}");

    private static string Name(MemberStatus status) => status.ToString().ToLowerInvariant();
}
