using System.CommandLine;
using System.Text.Json;

namespace Chatbox.Cli.Shell;

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
            async (line, node, cancellationToken) => await Print(line, view, await node.Send(method(line), path(line), cancellationToken))
        );

    /// <summary>
    /// Creates a command that cannot be undone: it asks back at a terminal. Without a terminal it needs <c>--yes</c>, so that no script waits
    /// for an answer.
    /// </summary>
    /// <param name="effect">What the command does, as a sentence.</param>
    public Command Irreversible(
        string name,
        string description,
        HttpMethod method,
        Func<ParseResult, string> path,
        View? view,
        Func<ParseResult, string> effect,
        Argument<string> target
    )
    {
        var yes = Yes();
        return New(
            name,
            description,
            [target, yes],
            async (line, node, cancellationToken) =>
            {
                if (!line.GetValue(yes))
                    await Confirm(effect(line));
                await Print(line, view, await node.Send(method, path(line), cancellationToken));
            }
        );
    }

    /// <summary>Creates a command that prints lines as they arrive, until it is interrupted.</summary>
    public Command Follow(string name, string description, string path) => Follow(name, description, _ => path);

    /// <inheritdoc cref="Follow(string, string, string)" />
    public Command Follow(string name, string description, Func<ParseResult, string> path, params Symbol[] symbols) =>
        New(
            name,
            description,
            symbols,
            (line, node, cancellationToken) => node.Follow(HttpMethod.Get, path(line), terminal.Output, cancellationToken)
        );

    /// <summary>
    /// Creates a command that prints lines as they arrive, and with an option also changes something that cannot be undone; then it asks back
    /// like <see cref="Irreversible"/>.
    /// </summary>
    /// <param name="method">The method of the request that changes something.</param>
    /// <param name="effect">What the command then does, as a sentence.</param>
    public Command FollowOrChange(string name, string description, string path, HttpMethod method, string effect, Option<bool> change)
    {
        var yes = Yes();
        return New(
            name,
            description,
            [change, yes],
            async (line, node, cancellationToken) =>
            {
                var isChange = line.GetValue(change);
                if (isChange && !line.GetValue(yes))
                    await Confirm(effect);
                await node.Follow(isChange ? method : HttpMethod.Get, path, terminal.Output, cancellationToken);
            }
        );
    }

    /// <summary>Creates a command that sends its own requests and prints what they give.</summary>
    public Command Run(
        string name,
        string description,
        Func<ParseResult, NodeClient, CancellationToken, Task<JsonElement>> run,
        View view,
        params Symbol[] symbols
    ) =>
        New(
            name,
            description,
            symbols,
            async (line, node, cancellationToken) => await Print(line, view, await run(line, node, cancellationToken))
        );

    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
            group.Add(command);
        return group;
    }

    private static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask back." };

    private async Task Print(ParseResult line, View? view, JsonElement reply)
    {
        if (reply.ValueKind == JsonValueKind.Undefined)
        {
            if (!line.GetValue(options.Json))
                await terminal.Output.WriteLineAsync("Done.");
        }
        else if (line.GetValue(options.Json) || view is null)
            terminal.Json(reply);
        else
            terminal.Table(reply, view);
    }

    private async Task Confirm(string effect)
    {
        if (!terminal.IsInteractive)
            throw new CommandFailedException(ExitCode.Usage, $"{effect} This cannot be undone: confirm it with --yes.");
        if (!await terminal.Confirms($"{effect} This cannot be undone. Continue?"))
            throw new CommandFailedException(ExitCode.Failed, "Nothing was done.");
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
