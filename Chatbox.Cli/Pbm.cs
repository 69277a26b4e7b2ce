using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Chatbox.Cli.Commands;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli;

/// <summary>The operators' command line, <c>pbm</c>.</summary>
/// <param name="environment">Returns the value of an environment variable; null if it is not set.</param>
internal sealed class Pbm(Terminal terminal, Func<string, string?> environment)
{
    private const string Description = """
        Inspects and controls a running Chatbox node.

        pbm connects to the operators' port of one node (OPERATOR_PORT, 9110). By default only the node's own machine can reach that port.
        Any node of a cluster can carry out the cluster commands. Without a command, pbm reads commands from its input, one per line;
        at a terminal with history and completion.

          pbm cluster show                      list the cluster's members
          pbm cluster leave                     take this node out; its clients continue on other nodes
          pbm session list --user alice         list the conversations of a user
          pbm file show 0123…                   show whose a file is, and where it is mentioned
          pbm help queue                        list who waits for a person, and who is helped by whom
          pbm user disconnect alice             withdraw a user's tokens and close the user's sockets
          pbm log level debug                   log more, until the node restarts
          pbm model test mini                   check that the provider answers

        What cannot be undone, such as session erase and file delete, is asked back at a terminal. Scripts say --yes.

        pbm exits with 0 on success, 1 when the node refuses the command, 3 when no node answers, 4 when the token is wrong or missing, 5
        when the audit trail was tampered with, and 64 when the command line is wrong.
        """;

    /// <returns>One of the codes in <see cref="ExitCode"/>.</returns>
    public async Task<int> Run(string[] arguments)
    {
        var root = Build();
        return arguments.Length > 0 ? await Run(root, arguments) : await Interact(root);
    }

    private async Task<int> Interact(RootCommand root)
    {
        await terminal.Output.WriteLineAsync("Enter one command per line. 'help' lists the commands, Tab completes, 'exit' ends.");
        var last = ExitCode.Done;
        var lines = terminal.Edit((text, cursor) => [.. root.Parse(text).GetCompletions(cursor).Select(word => word.Label)]);
        while (true)
        {
            var line = await lines("pbm> ");
            if (line is null or "exit" or "quit")
                return last;
            if (line.Length > 0)
                last = await Run(root, [.. CommandLineParser.SplitCommandLine(line)]);
        }
    }

    private async Task<int> Run(RootCommand root, string[] arguments)
    {
        var line = root.Parse(
            arguments is ["help", .. var command] && command is not ["queue" or "show", ..] ? command.Append("--help").ToArray() : arguments
        );
        if (line.Action is not ParseErrorAction complaint)
            return await line.InvokeAsync(new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error });

        complaint.ShowHelp = false;
        // Everything on standard error: the suggestions, which usually go to standard output, belong to the message.
        await line.InvokeAsync(new InvocationConfiguration { Output = terminal.Error, Error = terminal.Error });
        await terminal.Error.WriteLineAsync("Run with --help for the commands and their options.");
        return ExitCode.Usage;
    }

    private RootCommand Build()
    {
        var options = new GlobalOptions(environment);
        var factory = new CommandFactory(options, terminal);
        var root = new RootCommand(Description)
        {
            ClusterCommands.Cluster(factory),
            ClusterCommands.Sharding(factory),
            NodeCommands.Actor(factory),
            NodeCommands.Log(factory),
            SessionCommands.Session(factory),
            FileCommands.File(factory),
            HelpDeskCommands.Help(factory),
            UserCommands.User(factory),
            ModelCommands.Model(factory),
            StoreCommands.Store(factory),
            AuditCommands.Audit(factory),
            CompletionCommand.Build(terminal.Output),
        };
        options.AddTo(root);
        return root;
    }
}
