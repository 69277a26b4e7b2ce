using System.CommandLine;
using System.CommandLine.Invocation;
using Chatbox.Node.Files.Texts;
using Chatbox.Node.Import;
using Chatbox.Node.Rekey;
using Chatbox.Node.Start;

namespace Chatbox.Node;

/// <summary>
/// The commands of the node's program. Only a call without arguments starts a node, so a misspelt command never does.
/// </summary>
internal static class NodeCommandLine
{
    /// <summary>Exit code if the command line is wrong. Nothing was done. EX_USAGE of BSD's sysexits.h.</summary>
    public const int UsageExitCode = 64;

    private const string Description = """
        Chatbox, a chat service over WebSockets. Without a command, the program starts a node.

        A node has no options: its settings come from environment variables and from config.toml (docs/configuration.md).
        The commands read the same settings.

        The program exits with 64 when the command line is wrong, and with 78 when the configuration has mistakes.
        """;

    /// <summary>Runs a command, and returns the exit code of the process.</summary>
    public static async Task<int> Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(Description)
        {
            TokenCommand.Build(),
            MigrateCommand.Build(),
            RekeyCommand.Build(),
            ImportCommand.Build(),
            TextCommand.Build(),
        };
        var line = root.Parse(arguments is ["help", .. var command] ? command.Append("--help").ToArray() : arguments);
        if (line.Action is not ParseErrorAction complaint)
            return await line.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });

        complaint.ShowHelp = false;
        // Everything on standard error: the suggestions, which usually go to standard output, belong to the message.
        await line.InvokeAsync(new InvocationConfiguration { Output = error, Error = error });
        await error.WriteLineAsync("Run with --help for the commands and their options.");
        return UsageExitCode;
    }
}
