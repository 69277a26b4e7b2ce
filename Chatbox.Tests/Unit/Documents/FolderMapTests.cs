using System.Text.RegularExpressions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The map of folders in <c>CONTRIBUTING.md</c>, and the paths that documents name, against the repository.</summary>
public sealed partial class FolderMapTests
{
    private static readonly string[] Documents =
    [
        .. Repository.Files.Where(file =>
            file.EndsWith(".md", StringComparison.Ordinal) && !file.StartsWith('.') && file != "RELEASE_NOTES.md"
        ),
    ];

    [Fact]
    public void Map_names_every_folder_and_no_other()
    {
        var map = new MarkdownDocument("CONTRIBUTING.md").Below("Where things are");
        var named = map.SkipWhile(line => !line.StartsWith("```", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("```", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0]);

        Assert.Equal(FoldersOf("").Where(folder => !folder.StartsWith('.')), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Map_names_every_folder_of_the_tests()
    {
        var line = new MarkdownDocument("CONTRIBUTING.md")
            .Below("Where things are")
            .Single(line => line.StartsWith("Chatbox.Tests ", StringComparison.Ordinal));

        Assert.Empty(FoldersOf("Chatbox.Tests/").Except(Word().Matches(line).Select(match => match.Value)));
    }

    [Fact]
    public void Every_path_that_a_document_names_exists()
    {
        var named =
            from document in Documents
            from Match match in SourcePath().Matches(Repository.Read(document))
            select (document, Path: match.Groups[1].Value.TrimEnd('/'));
        var missing = named
            .Distinct()
            .Where(name => !Path.Exists(Path.Combine(Repository.Root, name.Path)))
            .Select(name => $"{name.document} names {name.Path}")
            .ToList();

        Assert.Contains(named, name => name.Path == "Chatbox.Node/Program.cs");
        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    private static IEnumerable<string> FoldersOf(string parent) =>
        Repository
            .Files.Where(file => file.StartsWith(parent, StringComparison.Ordinal) && file.IndexOf('/', parent.Length) > 0)
            .Select(file => file[parent.Length..].Split('/')[0])
            .Distinct()
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    // A path below a project in backticks; names with a gap, such as `Chatbox.Node/Stores/…`, are patterns and no paths.
    [GeneratedRegex(@"`((?:Chatbox\.[A-Za-z.]+|build|deployments|docs)/[\w./-]+)`")]
    private static partial Regex SourcePath();
}
