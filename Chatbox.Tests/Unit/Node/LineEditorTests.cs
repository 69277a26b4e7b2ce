using Chatbox.Cli.Shell;

namespace Chatbox.Tests.Unit.Node;

/// <summary>Writing a command of <c>pbm</c> at a terminal.</summary>
public sealed class LineEditorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
    private readonly StringWriter _output = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keys_change_the_line_at_the_cursor() =>
        Assert.Equal(
            ["cluster show"],
            Read([
                .. Type("lustr sho"),
                Key(ConsoleKey.Home),
                .. Type("c"),
                .. Right(4),
                .. Type("e"),
                Key(ConsoleKey.End),
                .. Type("ww"),
                Key(ConsoleKey.Backspace),
                Enter,
            ])
        );

    [Fact]
    public void Arrows_go_through_the_history_and_back_to_the_draft() =>
        Assert.Equal(
            ["one", "two", "one", "dra"],
            Read([
                .. Type("one"),
                Enter,
                .. Type("two"),
                Enter,
                Key(ConsoleKey.UpArrow),
                Key(ConsoleKey.UpArrow),
                Enter,
                .. Type("dra"),
                Key(ConsoleKey.UpArrow),
                Key(ConsoleKey.DownArrow),
                Enter,
            ])
        );

    [Fact]
    public void Tab_completes_a_word_or_lists_what_is_possible()
    {
        Assert.Equal(["session erase"], Read([.. Type("ses"), Key(ConsoleKey.Tab), .. Type("er"), Key(ConsoleKey.Tab), Enter]));
        Assert.Equal(["session e"], Read([.. Type("session "), Key(ConsoleKey.Tab), Enter]));
        Read([.. Type("session e"), Key(ConsoleKey.Tab), Enter]);
        Assert.Contains("end  erase", _output.ToString());
    }

    [Fact]
    public void Control_c_drops_the_line_and_control_d_ends() =>
        Assert.Equal(["kept"], Read([.. Type("dropped"), Control(ConsoleKey.C), .. Type("kept"), Enter, Control(ConsoleKey.D)]));

    [Fact]
    public void History_outlives_the_run_without_tokens_and_for_its_owner_alone()
    {
        var file = Path.Combine(_folder, "state", "history");
        Read([.. Type("session list"), Enter, .. Type("cluster show --token secret"), Enter], new CommandHistory(file));

        Assert.Equal(["session list"], new CommandHistory(file).Lines);
        Assert.DoesNotContain("secret", File.ReadAllText(file));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    /// <summary>The lines that these keys give, up to the end of the input or of the keys.</summary>
    private List<string> Read(IReadOnlyList<ConsoleKeyInfo> keys, CommandHistory? history = null)
    {
        var left = new Queue<ConsoleKeyInfo>([.. keys, Control(ConsoleKey.C), Control(ConsoleKey.D)]);
        var editor = new LineEditor(left.Dequeue, _output, history ?? new CommandHistory(null), Complete);
        var lines = new List<string>();
        while (editor.ReadLine("> ") is { } line)
            lines.Add(line);
        return lines;
    }

    private static IReadOnlyList<string> Complete(string text, int cursor) =>
        text[..cursor].Contains(' ', StringComparison.Ordinal) ? ["end", "erase"] : ["session", "cluster"];

    private static ConsoleKeyInfo Enter => Key(ConsoleKey.Enter);

    private static ConsoleKeyInfo Key(ConsoleKey key) => new('\0', key, false, false, false);

    private static ConsoleKeyInfo Control(ConsoleKey key) => new('\0', key, false, false, control: true);

    private static IEnumerable<ConsoleKeyInfo> Type(string text) =>
        text.Select(c => new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false));

    private static IEnumerable<ConsoleKeyInfo> Right(int by) => Enumerable.Repeat(Key(ConsoleKey.RightArrow), by);
}
