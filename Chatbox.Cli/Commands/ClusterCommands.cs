using System.CommandLine;

namespace Chatbox.Cli.Commands;

internal static class ClusterCommands
{
    public static Command Cluster(CommandFactory factory)
    {
        var other = new Argument<string?>("address")
        {
            Description = "The member, as cluster show names it or as host:port; left out, the node that is asked.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dead = new Argument<string>("address") { Description = "The member, as cluster show names it or as host:port." };
        var seed = new Argument<string>("address") { Description = "A member of the cluster, such as akka.tcp://chatbox@host:4053." };
        return CommandFactory.Group(
            "cluster",
            "The nodes that serve together.",
            factory.Get(
                "show",
                "The members, as this node sees them.",
                _ => "cluster",
                new View("members", "address", "status", "reachable", "oldest", "self")
            ),
            factory.Get(
                "status",
                "This node: since when it runs, how many sockets it has, whether it is about to go.",
                _ => "cluster/status",
                new View(null, "address", "status", "version", "uptime_seconds", "connections", "draining", "log_level", "store")
            ),
            factory.Command(
                "leave",
                "Takes a node out, as SIGTERM does: its clients are asked to come back, its sessions go on elsewhere, and its process ends.",
                HttpMethod.Post,
                line => $"cluster/leave{Query("address", line.GetValue(other))}",
                new View(null, "status"),
                other
            ),
            factory.Command(
                "down",
                "Declares a member dead that cannot be reached. If it lives after all, it must not: make sure that its process has ended.",
                HttpMethod.Post,
                line => $"cluster/down{Query("address", line.GetValue(dead))}",
                new View(null, "status"),
                dead
            ),
            factory.Command(
                "join",
                "Lets this node, which is in no cluster yet, join one that its seeds do not lead to.",
                HttpMethod.Post,
                line => $"cluster/join{Query("address", line.GetValue(seed))}",
                new View(null, "status"),
                seed
            ),
            factory.Follow("tail", "What happens to members, line by line, until it is interrupted.", "cluster/events")
        );
    }

    public static Command Sharding(CommandFactory factory)
    {
        var region = new Argument<string?>("region") { Description = "Left out, all of them.", Arity = ArgumentArity.ZeroOrOne };
        return CommandFactory.Group(
            "cluster-sharding",
            "How sessions and users are spread over the nodes.",
            factory.Command("regions", "What is spread.", HttpMethod.Get, _ => "sharding", null),
            factory.Get(
                "stats",
                "Shards and live entities of each node.",
                line => $"sharding/stats{Query("region", line.GetValue(region))}",
                new View("nodes", "region", "node", "shards", "entities"),
                region
            )
        );
    }

    internal static string Query(string name, string? value) => value is null ? "" : $"?{name}={Uri.EscapeDataString(value)}";
}
