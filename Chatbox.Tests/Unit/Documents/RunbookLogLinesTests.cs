using System.Text.RegularExpressions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>An operator finds the log lines that the runbook quotes.</summary>
public sealed partial class RunbookLogLinesTests
{
    /// <summary>An ellipsis in the runbook stands for what differs from line to line.</summary>
    [Fact]
    public void Every_line_that_is_quoted_is_in_the_code()
    {
        var quoted = Quoted().Matches(Repository.Read("docs/operations.md")).Select(match => match.Groups[1].Value).ToList();
        var templates = Repository
            .Files.Where(file =>
                file.StartsWith("Chatbox.Actors/", StringComparison.Ordinal) || file.StartsWith("Chatbox.Node/", StringComparison.Ordinal)
            )
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(Repository.Read)
            .ToList();

        Assert.NotEmpty(quoted);
        Assert.All(quoted, line => Assert.Contains(templates, code => Template(line).IsMatch(code)));
    }

    private static Regex Template(string line) =>
        new(string.Join(@"\{\w+\}", line.TrimEnd('…', ' ').Split('…').Select(Regex.Escape)), RegexOptions.None, TimeSpan.FromSeconds(5));

    // Two words and more that begin like a sentence, or continue one; not a command, and not code.
    [GeneratedRegex(@"`((?:Model|The|Security|refused) [^`{}\\/<>]+)`")]
    private static partial Regex Quoted();
}
