using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about the store.</summary>
internal static class StoreCommands
{
    public static Command Store(CommandFactory factory) =>
        CommandFactory.Group(
            "store",
            "Commands about the store.",
            factory.Get(
                "stats",
                "Counts the rows and the bytes of content of each kind. Reads every row, which takes long in a large store.",
                _ => "store/stats",
                new View("kinds", "kind", "rows", "bytes")
            )
        );
}
