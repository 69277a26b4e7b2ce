namespace Chatbox.Cli.Shell;

/// <summary>
/// Reads a line at a terminal, with the keys that people expect from a shell: arrows, Home and End, the history by the up and down arrows, and
/// the possible next words by Tab. Ctrl+C drops the line; Ctrl+D on an empty line ends the input.
/// </summary>
/// <param name="readKey">Waits for the next key, without showing it.</param>
/// <param name="complete">Returns the words that may stand at a place of a line.</param>
internal sealed class LineEditor(
    Func<ConsoleKeyInfo> readKey,
    TextWriter output,
    CommandHistory history,
    Func<string, int, IReadOnlyList<string>> complete
)
{
    private string _text = "";
    private int _cursor;

    /// <summary>Place in the history; the length of the history stands for the line that is being written.</summary>
    private int _place;
    private string _draft = "";

    /// <summary>Reads a line; null at the end of the input.</summary>
    public string? ReadLine(string prompt)
    {
        (_text, _cursor, _place, _draft) = ("", 0, history.Lines.Count, "");
        while (true)
        {
            Show(prompt);
            var key = readKey();
            var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (key.Key == ConsoleKey.Enter)
                return Finish();
            if (control && key.Key == ConsoleKey.D && _text.Length == 0)
            {
                output.Write('\n');
                return null;
            }

            if (key.Key == ConsoleKey.Tab)
                Complete();
            else if (control)
                Control(key.Key);
            else
                Edit(key);
        }
    }

    private string Finish()
    {
        output.Write('\n');
        var line = _text.Trim();
        if (line.Length > 0)
            history.Add(line);
        return line;
    }

    private void Control(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A:
                _cursor = 0;
                break;
            case ConsoleKey.E:
                _cursor = _text.Length;
                break;
            case ConsoleKey.U:
                (_text, _cursor) = (_text[_cursor..], 0);
                break;
            case ConsoleKey.K:
                _text = _text[.._cursor];
                break;
            case ConsoleKey.C:
                output.Write("^C\n");
                (_text, _cursor, _place) = ("", 0, history.Lines.Count);
                break;
        }
    }

    private void Edit(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_text.Length, _cursor + 1);
                break;
            case ConsoleKey.Home:
                _cursor = 0;
                break;
            case ConsoleKey.End:
                _cursor = _text.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(_place - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_place + 1);
                break;
            case ConsoleKey.Backspace when _cursor > 0:
                _text = _text.Remove(--_cursor, 1);
                break;
            case ConsoleKey.Delete when _cursor < _text.Length:
                _text = _text.Remove(_cursor, 1);
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    Insert(key.KeyChar.ToString());
                break;
        }
    }

    private void Insert(string text)
    {
        _text = _text.Insert(_cursor, text);
        _cursor += text.Length;
    }

    private void Recall(int place)
    {
        if (place < 0 || place > history.Lines.Count)
            return;
        if (_place == history.Lines.Count)
            _draft = _text;
        _place = place;
        _text = place == history.Lines.Count ? _draft : history.Lines[place];
        _cursor = _text.Length;
    }

    /// <summary>Writes what all possible words have in common; if that is nothing more, lists them.</summary>
    private void Complete()
    {
        var begun = _text[.._cursor];
        var word = begun[(begun.LastIndexOf(' ') + 1)..];
        var words = complete(_text, _cursor).Where(w => w.StartsWith(word, StringComparison.Ordinal)).Distinct().Order().ToList();
        if (words is [var only])
        {
            Insert($"{only[word.Length..]} ");
            return;
        }

        if (words.Count == 0)
            return;
        var common = words.Aggregate((one, other) => one[..one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count()]);
        if (common.Length > word.Length)
            Insert(common[word.Length..]);
        else
            output.Write($"\n{string.Join("  ", words)}\n");
    }

    // Writes the whole line again, clears what is left of a longer one, and moves back to the cursor.
    private void Show(string prompt)
    {
        output.Write($"\r{prompt}{_text}\u001b[K");
        if (_cursor < _text.Length)
            output.Write($"\u001b[{_text.Length - _cursor}D");
        output.Flush();
    }
}
