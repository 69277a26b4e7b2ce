using System.CommandLine;

namespace Chatbox.Cli;

/// <summary>Makes commands that ask a node one thing and show what it says.</summary>
internal sealed class CommandFactory(GlobalOptions options, Terminal terminal)
{
    /// <summary>A command that reads.</summary>
    public Command Get(string name, string description, Func<ParseResult, string> path, View view, params Symbol[] symbols) =>
        Command(name, description, HttpMethod.Get, path, view, symbols);

    /// <param name="path">Of the node's operators' port, with its query.</param>
    /// <param name="view">For a person; with <c>--json</c> everything is printed as it came.</param>
    /// <param name="symbols">Arguments and options.</param>
    public Command Command(
        string name,
        string description,
        HttpMethod method,
        Func<ParseResult, string> path,
        View? view,
        params Symbol[] symbols
    ) => Command(name, description, _ => method, path, view, symbols);

    /// <inheritdoc cref="Command(string, string, HttpMethod, Func{ParseResult, string}, View?, Symbol[])" />
    public Command Command(
        string name,
        string description,
        Func<ParseResult, HttpMethod> method,
        Func<ParseResult, string> path,
        View? view,
        params Symbol[] symbols
    ) =>
        New(
            name,
            description,
            symbols,
            async (line, node, stop) =>
            {
                var answer = await node.Send(method(line), path(line), stop);
                if (answer.ValueKind == System.Text.Json.JsonValueKind.Undefined)
                {
                    if (!line.GetValue(options.Json))
                        await terminal.Output.WriteLineAsync("Done.");
                }
                else if (line.GetValue(options.Json) || view is null)
                    terminal.Json(answer);
                else
                    terminal.Table(answer, view);
            }
        );

    /// <summary>A command that shows lines as they come, until it is interrupted.</summary>
    public Command Follow(string name, string description, string path) =>
        New(name, description, [], (_, node, stop) => node.Follow(path, terminal.Output, stop));

    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
            group.Add(command);
        return group;
    }

    private Command New(string name, string description, Symbol[] symbols, Func<ParseResult, NodeClient, CancellationToken, Task> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        command.SetAction(
            async (line, stop) =>
            {
                try
                {
                    using var node = options.Client(line);
                    await run(line, node, stop);
                    return ExitCode.Done;
                }
                catch (CommandFailedException e)
                {
                    await terminal.Error.WriteLineAsync(e.Message);
                    return e.ExitCode;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return ExitCode.Done;
                }
            }
        );
        return command;
    }
}
