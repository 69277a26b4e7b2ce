using Chatbox.Actors.Users;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Property.Access;

/// <summary>The limit per admin in the whole cluster: three nodes that lease from one count.</summary>
public sealed class AdminLimitProperties
{
    private static readonly UserId Root = new("root");
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Bursts, because a lease matters most when a node keeps its calls until the lease is nearly over.
    [Property(MaxTest = 300)]
    public bool Nodes_together_never_admit_more_than_the_limit_in_any_window((byte Pause, byte Calls)[] bursts)
    {
        const int limit = 100;
        var cluster = new Nodes(limit, 3);
        var admitted = new List<DateTimeOffset>();
        foreach (var ((pause, calls), n) in bursts.Select((burst, n) => (burst, n)))
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(pause % 50 / 10.0));
            for (var call = 0; call < calls % 12; call++)
                if (cluster.Call(n % 3) is null)
                    admitted.Add(cluster.Clock.GetUtcNow());
        }

        return admitted.Index().All(one => one.Index < limit || one.Item - admitted[one.Index - limit] >= Window);
    }

    // A dashboard that polls four routes every three seconds on any node, and a person who clicks: about 100 calls a minute, for an hour.
    [Fact]
    public void Page_used_normally_never_meets_the_limit_and_hardly_ever_waits_for_another_node()
    {
        var cluster = new Nodes(600, 3);
        for (var second = 0; second < 3600; second++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            for (var n = 0; n < (second % 3 == 0 ? 4 : 1); n++)
                Assert.Null(cluster.Call((second + n) % 3));
        }

        Assert.InRange(cluster.Leases.Asked, 1, 2200);
    }

    [Fact]
    public void Hundred_calls_at_once_ask_for_few_leases()
    {
        var cluster = new Nodes(600, 1);
        for (var n = 0; n < 600; n++)
            Assert.Null(cluster.Call(0));

        Assert.Equal(20, cluster.Leases.Asked);
        Assert.Equal(Window + CallLimit.LeaseLifetime, cluster.Call(0));
        for (var n = 0; n < 100; n++)
            cluster.Call(0);
        Assert.Equal(21, cluster.Leases.Asked);
    }

    [Fact]
    public void Node_counts_alone_while_nobody_grants_leases()
    {
        var cluster = new Nodes(5, 2);
        cluster.Leases.IsSilent = true;

        for (var node = 0; node < 2; node++)
        {
            for (var n = 0; n < 5; n++)
                Assert.Null(cluster.Call(node));
            Assert.NotNull(cluster.Call(node));
        }

        // It does not ask again with each call.
        Assert.Equal(2, cluster.Leases.Asked);
        cluster.Leases.IsSilent = false;
        cluster.Clock.Advance(CallLimit.LeaseLifetime);
        Assert.Null(cluster.Call(0));
    }

    private sealed class Nodes
    {
        private readonly List<AdminLimits> _nodes;

        public Nodes(int limit, int count)
        {
            var options = new RequestLimitOptions { Admin = new RequestLimit(limit, Window) };
            Leases = new ScriptedCallLeases(options.Admin, Clock);
            _nodes = [.. Enumerable.Range(0, count).Select(_ => new AdminLimits(Leases, options, Clock))];
        }

        public FakeTimeProvider Clock { get; } = new();

        public ScriptedCallLeases Leases { get; }

        public TimeSpan? Call(int node) => _nodes[node].Refuse(Root, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
