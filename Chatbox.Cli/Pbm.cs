using System.CommandLine;
using System.CommandLine.Parsing;
using Chatbox.Cli.Commands;

namespace Chatbox.Cli;

/// <summary>The operators' command line, <c>pbm</c>.</summary>
/// <param name="environment">Returns the value of an environment variable; null if it is not set.</param>
internal sealed class Pbm(TextReader input, TextWriter output, TextWriter error, Func<string, string?> environment)
{
    private const string Description = """
        Inspects and controls a running Chatbox node.

        pbm connects to the operators' port of one node (OPERATOR_PORT, 9110). By default only the node's own machine can reach that port.
        Any node of a cluster can carry out the cluster commands. Without a command, pbm reads commands from its input, one per line.

          pbm cluster show                      list the cluster's members
          pbm cluster leave                     take this node out; its clients continue on other nodes
          pbm session list --user alice         list the conversations of a user
          pbm user disconnect alice             withdraw a user's tokens and close the user's sockets
          pbm log level debug                   log more, until the node restarts
          pbm model test mini                   check that the provider answers

        pbm exits with 0 on success, 1 when the node refuses the command, 2 when the command line is wrong, 3 when no node answers, and 4
        when the token is wrong or missing.
        """;

    /// <returns>One of the codes in <see cref="ExitCode"/>.</returns>
    public async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var root = Build();
        return arguments.Count > 0 ? await Run(root, arguments) : await Interact(root);
    }

    private async Task<int> Interact(RootCommand root)
    {
        await output.WriteLineAsync("Enter one command per line. 'help' lists the commands, 'exit' ends.");
        var last = ExitCode.Done;
        while (true)
        {
            await output.WriteAsync("pbm> ");
            await output.FlushAsync();
            var line = (await input.ReadLineAsync())?.Trim();
            if (line is null or "exit" or "quit")
                return last;
            if (line.Length > 0)
                last = await Run(root, line == "help" ? ["--help"] : [.. CommandLineParser.SplitCommandLine(line)]);
        }
    }

    private async Task<int> Run(RootCommand root, IReadOnlyList<string> arguments)
    {
        var line = root.Parse(arguments);
        var code = await line.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return line.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    private RootCommand Build()
    {
        var options = new GlobalOptions(environment);
        var factory = new CommandFactory(options, new Terminal(output, error));
        var root = new RootCommand(Description)
        {
            ClusterCommands.Cluster(factory),
            ClusterCommands.Sharding(factory),
            NodeCommands.Actor(factory),
            NodeCommands.Log(factory),
            SessionCommands.Session(factory),
            UserCommands.User(factory),
            ModelCommands.Model(factory),
            CompletionCommand.Build(output),
        };
        options.AddTo(root);
        return root;
    }
}
