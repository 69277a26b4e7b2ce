using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about one node: its actors and its log.</summary>
internal static class NodeCommands
{
    public static Command Actor(CommandFactory factory)
    {
        var depth = new Option<int>("--depth") { Description = "Number of levels, 1 to 10.", DefaultValueFactory = _ => 3 };
        return CommandFactory.Group(
            "actor",
            "Commands about this node's actors.",
            factory.Get(
                "hierarchy",
                "Lists the actors as a tree, with at most 100 children of each.",
                line => $"actors?depth={line.GetValue(depth)}",
                new View("actors", "path", "type", "children"),
                depth
            )
        );
    }

    public static Command Log(CommandFactory factory)
    {
        var level = new Argument<string?>("level")
        {
            Description = "debug, info, warn or error. Without it, the current level is shown.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        level.CompletionSources.Add("debug", "info", "warn", "error");
        return CommandFactory.Group(
            "log",
            "Commands about this node's log.",
            factory.Follow("tail", "Prints log lines as they are written, until interrupted.", "log"),
            factory.Command(
                "level",
                "Shows or changes the log level, until the node restarts.",
                line => line.GetValue(level) is null ? HttpMethod.Get : HttpMethod.Put,
                line => $"log/level{ClusterCommands.Query("level", line.GetValue(level))}",
                new View(null, "level"),
                level
            )
        );
    }
}
