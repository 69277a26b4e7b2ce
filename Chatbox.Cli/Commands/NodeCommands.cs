using System.CommandLine;

namespace Chatbox.Cli.Commands;

/// <summary>What goes on inside one node.</summary>
internal static class NodeCommands
{
    public static Command Actor(CommandFactory factory)
    {
        var depth = new Option<int>("--depth") { Description = "Levels, 1 to 10.", DefaultValueFactory = _ => 3 };
        return CommandFactory.Group(
            "actor",
            "The actors of this node.",
            factory.Get(
                "hierarchy",
                "Who is whose child; at most a hundred children of each are listed.",
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
            Description = "debug, info, warn or error; left out, the level is shown.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        level.CompletionSources.Add("debug", "info", "warn", "error");
        return CommandFactory.Group(
            "log",
            "The log of this node.",
            factory.Follow("tail", "The lines as they are written, until it is interrupted.", "log"),
            factory.Command(
                "level",
                "Shows or changes how much this node writes, until it is started again.",
                line => line.GetValue(level) is null ? HttpMethod.Get : HttpMethod.Put,
                line => $"log/level{ClusterCommands.Query("level", line.GetValue(level))}",
                new View(null, "level"),
                level
            )
        );
    }
}
