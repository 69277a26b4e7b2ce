using System.Text.RegularExpressions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>A document of this repository, read by its headings and tables.</summary>
internal sealed partial class MarkdownDocument(string file)
{
    private readonly string[] _lines = Repository.Read(file).ReplaceLineEndings("\n").Split('\n');

    /// <summary>Every heading without its number signs, in order.</summary>
    public IReadOnlyList<string> Headings => [.. _lines.Where(line => Heading().IsMatch(line)).Select(Title)];

    /// <summary>The lines below the heading, up to the next heading of the same level or above.</summary>
    public IReadOnlyList<string> Below(string title)
    {
        var start = Array.FindIndex(_lines, line => Heading().IsMatch(line) && Title(line) == title);
        Assert.True(start >= 0, $"{file} has no heading \"{title}\".");
        var level = Level(_lines[start]);
        return [.. _lines.Skip(start + 1).TakeWhile(line => !Heading().IsMatch(line) || Level(line) > level)];
    }

    /// <summary>The cells of the first table below the heading whose first column has this title, without the header row.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Table(string title, string firstColumn)
    {
        var rows = Below(title)
            .SkipWhile(line => !line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(Cells)
            .ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    private static IReadOnlyList<string> Cells(string row) => [.. Bar().Split(row.Trim().Trim('|')).Select(cell => cell.Trim())];

    private static int Level(string heading) => heading.TakeWhile(c => c == '#').Count();

    private static string Title(string heading) => heading.TrimStart('#').Trim();

    [GeneratedRegex("^#{1,6} ")]
    private static partial Regex Heading();

    // A bar inside a cell is written with a backslash before it.
    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();
}
