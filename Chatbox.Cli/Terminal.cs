using System.Text.Json;
using Spectre.Console;

namespace Chatbox.Cli;

/// <summary>The output and error streams of a command.</summary>
internal sealed class Terminal
{
    /// <summary>Wide enough that no row of a table wraps, in characters.</summary>
    private const int Width = 240;

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IAnsiConsole _console;

    public Terminal(TextWriter output, TextWriter error)
    {
        (Output, Error) = (output, error);
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        _console.Profile.Width = Width;
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Prints one line of JSON, for scripts.</summary>
    public void Json(JsonElement reply) => Output.WriteLine(JsonSerializer.Serialize(reply, Readable));

    public void Table(JsonElement reply, View view) => view.Show(reply, _console);
}
