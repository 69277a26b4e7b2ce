using System.Text.Json;
using Spectre.Console;

namespace Chatbox.Cli.Shell;

/// <summary>The input, output and error streams of a command.</summary>
internal sealed class Terminal
{
    /// <summary>Wide enough that no row of a table wraps, in characters.</summary>
    private const int Width = 240;

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IAnsiConsole _console;

    /// <param name="isInteractive">Whether a person at a terminal writes the input.</param>
    public Terminal(TextReader input, TextWriter output, TextWriter error, bool isInteractive)
    {
        (Input, Output, Error, IsInteractive) = (input, output, error, isInteractive);
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        _console.Profile.Width = Width;
    }

    public TextReader Input { get; }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public bool IsInteractive { get; }

    /// <summary>Reads the keys of a person; null to read lines from <see cref="Input"/>, which a terminal edits only in the simplest way.</summary>
    public Func<ConsoleKeyInfo>? ReadKey { get; init; }

    /// <summary>The commands that were entered before.</summary>
    public CommandHistory History { get; init; } = new(null);

    /// <summary>Returns what shows a prompt and reads a line; its result is null at the end of the input.</summary>
    /// <param name="complete">Returns the words that may stand at a place of a line.</param>
    public Func<string, Task<string?>> Edit(Func<string, int, IReadOnlyList<string>> complete)
    {
        if (ReadKey is not { } readKey)
            return async prompt =>
            {
                await Output.WriteAsync(prompt);
                await Output.FlushAsync();
                return (await Input.ReadLineAsync())?.Trim();
            };
        var editor = new LineEditor(readKey, Output, History, complete);
        return prompt => Task.FromResult(editor.ReadLine(prompt));
    }

    /// <summary>Asks on standard error, so that the output stays clean, and returns whether the answer is yes.</summary>
    public async Task<bool> Confirms(string question)
    {
        await Error.WriteAsync($"{question} [y/N] ");
        await Error.FlushAsync();
        return (await Input.ReadLineAsync())?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>Prints one line of JSON, for scripts.</summary>
    public void Json(JsonElement reply) => Output.WriteLine(JsonSerializer.Serialize(reply, Readable));

    public void Table(JsonElement reply, View view) => view.Show(reply, _console);
}
