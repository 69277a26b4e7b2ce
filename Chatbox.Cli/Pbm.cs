using System.CommandLine;
using System.CommandLine.Parsing;
using Chatbox.Cli.Commands;

namespace Chatbox.Cli;

/// <summary>The command line of those who run Chatbox.</summary>
/// <param name="environment">Reads a variable; null for one that is not set.</param>
internal sealed class Pbm(TextReader input, TextWriter output, TextWriter error, Func<string, string?> environment)
{
    private const string Description = """
        Looks into a running Chatbox node and gives it orders.

        It speaks to the operators' port of one node (OPERATOR_PORT, 9110), which is open to this machine only unless the node was told
        otherwise; what concerns the cluster may be asked of any of its nodes. Without a command it takes one after the other.

          pbm cluster show                      who is in the cluster
          pbm cluster leave                     take this node out, while its clients go on elsewhere
          pbm session list --user alice         somebody's conversations
          pbm user disconnect alice             out of everything, until alice has a new token
          pbm log level debug                   say more, until the node is started again
          pbm model test mini                   does the provider answer?

        It ends with 0 when done, 1 when the node cannot do it, 2 when the command line is wrong, 3 when no node answers, 4 when the node
        wants another token.
        """;

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var root = Build();
        return arguments.Count > 0 ? await Run(root, arguments) : await Interact(root);
    }

    private async Task<int> Interact(RootCommand root)
    {
        await output.WriteLineAsync("pbm takes one command after the other. 'help' explains them, 'exit' ends.");
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
