using System.CommandLine;

namespace Chatbox.Cli;

/// <summary>Creates commands that send one request to a node and print its reply.</summary>
internal sealed class CommandFactory(GlobalOptions options, Terminal terminal)
{
    /// <summary>Creates a command that reads.</summary>
    public Command Get(string name, string description, Func<ParseResult, string> path, View view, params Symbol[] symbols) =>
        Command(name, description, HttpMethod.Get, path, view, symbols);

    /// <param name="path">The path below the operators' port, with its query.</param>
    /// <param name="view">The form in which people see the reply; with <c>--json</c>, the reply is printed unchanged.</param>
    /// <param name="symbols">The command's arguments and options.</param>
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
            async (line, node, cancellationToken) =>
            {
                var reply = await node.Send(method(line), path(line), cancellationToken);
                if (reply.ValueKind == System.Text.Json.JsonValueKind.Undefined)
                {
                    if (!line.GetValue(options.Json))
                        await terminal.Output.WriteLineAsync("Done.");
                }
                else if (line.GetValue(options.Json) || view is null)
                    terminal.Json(reply);
                else
                    terminal.Table(reply, view);
            }
        );

    /// <summary>Creates a command that prints lines as they arrive, until it is interrupted.</summary>
    public Command Follow(string name, string description, string path) =>
        New(name, description, [], (_, node, cancellationToken) => node.Follow(path, terminal.Output, cancellationToken));

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
            async (line, cancellationToken) =>
            {
                try
                {
                    using var node = options.Client(line);
                    await run(line, node, cancellationToken);
                    return ExitCode.Done;
                }
                catch (CommandFailedException e)
                {
                    await terminal.Error.WriteLineAsync(e.Message);
                    return e.ExitCode;
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return ExitCode.Done;
                }
            }
        );
        return command;
    }
}
