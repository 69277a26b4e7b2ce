using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about the cluster, its members and its shards.</summary>
internal static class ClusterCommands
{
    public static Command Cluster(CommandFactory factory)
    {
        var other = new Argument<string?>("address")
        {
            Description = "A member, as shown by cluster show, or as host:port. Without it, this node.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dead = new Argument<string>("address") { Description = "A member, as shown by cluster show, or as host:port." };
        var seed = new Argument<string>("address") { Description = "A member of the cluster, such as akka.tcp://chatbox@host:4053." };
        return CommandFactory.Group(
            "cluster",
            "Commands about the cluster and its members.",
            factory.Get(
                "show",
                "Lists the members, as this node sees them.",
                _ => "cluster",
                new View("members", "address", "status", "reachable", "oldest", "self")
            ),
            factory.Get(
                "status",
                "Shows this node's uptime, its number of sockets, and whether it is draining.",
                _ => "cluster/status",
                new View(null, "address", "status", "version", "uptime_seconds", "connections", "draining", "log_level", "store")
            ),
            factory.Command(
                "leave",
                "Takes a node out of the cluster, like SIGTERM: clients are asked to reconnect, sessions move to other nodes, and the process ends.",
                HttpMethod.Post,
                line => $"cluster/leave{Query("address", line.GetValue(other))}",
                new View(null, "status"),
                other
            ),
            factory.Irreversible(
                "down",
                "Declares an unreachable member dead. First make sure that its process has ended: a member that still runs would write beside its successor.",
                HttpMethod.Post,
                line => $"cluster/down{Query("address", line.GetValue(dead))}",
                new View(null, "status"),
                line => $"Declares {line.GetValue(dead)} dead. Its process must have ended.",
                dead
            ),
            factory.Command(
                "join",
                "Makes this node, which is in no cluster yet, join one that its seeds cannot reach.",
                HttpMethod.Post,
                line => $"cluster/join{Query("address", line.GetValue(seed))}",
                new View(null, "status"),
                seed
            ),
            factory.Follow("tail", "Prints changes of the members as they happen, until interrupted.", "cluster/events")
        );
    }

    public static Command Sharding(CommandFactory factory)
    {
        var region = new Argument<string?>("region")
        {
            Description = "A region. Without it, all regions.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return CommandFactory.Group(
            "cluster-sharding",
            "Commands about the distribution of sessions and users over the nodes.",
            factory.Command("regions", "Lists the regions.", HttpMethod.Get, _ => "sharding", null),
            factory.Get(
                "stats",
                "Counts the shards and live entities of each node.",
                line => $"sharding/stats{Query("region", line.GetValue(region))}",
                new View("nodes", "region", "node", "shards", "entities"),
                region
            )
        );
    }

    internal static string Query(string name, string? value) => value is null ? "" : $"?{name}={Uri.EscapeDataString(value)}";
}
