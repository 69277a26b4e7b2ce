using System.Text.Json;
using Spectre.Console;

namespace Chatbox.Cli;

/// <summary>What a command writes to.</summary>
internal sealed class Terminal
{
    /// <summary>Wide enough for a row: whoever cuts lines shorter can also scroll.</summary>
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

    /// <summary>One line of JSON, for scripts.</summary>
    public void Json(JsonElement answer) => Output.WriteLine(JsonSerializer.Serialize(answer, Readable));

    public void Table(JsonElement answer, View view) => view.Show(answer, _console);
}
