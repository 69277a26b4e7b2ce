using System.Text.RegularExpressions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>Documents name types that exist, and link to files and headings that exist.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Documents = [.. Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    /// <summary>The documents whose pictures and prose are about the code.</summary>
    public static TheoryData<string> AboutTheCode { get; } =
    [
        .. Documents.Where(file =>
            file is "docs/architecture.md" or "docs/README.md" or "docs/scaling.md" or "docs/failure-modes.md" or "CONTRIBUTING.md"
            || file.StartsWith("docs/decisions/", StringComparison.Ordinal)
        ),
    ];

    [Theory]
    [MemberData(nameof(AboutTheCode))]
    public void Every_type_that_is_named_or_drawn_exists(string document) => Assert.Empty(NamedInCode.MissingIn(document));

    /// <summary>Without pictures the test above would have nothing to check.</summary>
    [Fact]
    public void Architecture_has_its_pictures()
    {
        var text = Repository.Read("docs/architecture.md");

        Assert.Equal(2, Diagram("flowchart").Count(text));
        Assert.Equal(3, Diagram("sequenceDiagram").Count(text));
        Assert.Equal(4, Diagram("stateDiagram-v2").Count(text));
    }

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading()
    {
        var links =
            from document in Documents
            from Match match in Link().Matches(Repository.Read(document))
            let target = match.Groups["path"].Value
            let file = target.Length == 0 ? document : Normalize(Path.GetDirectoryName(document)!, target)
            select (document, File: file, Heading: match.Groups["heading"].Value);

        Assert.NotEmpty(links);
        Assert.DoesNotContain(links, link => !Path.Exists(Path.Combine(Repository.Root, link.File)));
        Assert.DoesNotContain(links, link => link.Heading.Length > 0 && !Anchors(link.File).Contains(link.Heading));
    }

    [Fact]
    public void Every_decision_is_in_the_index()
    {
        var index = Repository.Read("docs/README.md");
        var decisions = Documents.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(decisions);
        Assert.All(decisions, decision => Assert.Contains($"({decision["docs/".Length..]})", index));
        Assert.All(
            decisions,
            decision =>
                Assert.Equal(
                    ["Context", "Decision", "Consequences", "Alternatives considered"],
                    new MarkdownDocument(decision).Headings.Skip(1)
                )
        );
    }

    private static Regex Diagram(string kind) => new($"```mermaid\n{kind}\\b");

    private static string Normalize(string folder, string target) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, target))).Replace('\\', '/');

    // A heading's anchor as GitHub makes it.
    private static IEnumerable<string> Anchors(string file) =>
        new MarkdownDocument(file).Headings.Select(heading => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]*)(?:#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
