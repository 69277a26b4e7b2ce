using System.Text.RegularExpressions;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary><c>docs/protocol.md</c> against the code, and against the comments that cite it.</summary>
public sealed partial class ProtocolDocumentTests
{
    /// <summary>How the document marks what is part of the contract but is not implemented yet.</summary>
    internal const string NotInThisVersion = "*not in this version*";

    internal static MarkdownDocument Document { get; } = new("docs/protocol.md");

    private static readonly string[] Sections = [.. Document.Headings.Where(heading => Numbered().IsMatch(heading))];

    [Fact]
    public void Every_section_that_is_cited_exists()
    {
        var known = Sections.Select(heading => Numbered().Match(heading).Groups[1].Value).ToHashSet();
        var cited = Citations().ToList();

        Assert.True(cited.Count > 50, $"Only {cited.Count} citations were found.");
        Assert.DoesNotContain(cited, citation => !known.Contains(citation.Section));
    }

    /// <summary>A citation may also name a part of its section: a heading, or a column of a table.</summary>
    [Fact]
    public void Every_part_of_a_section_that_is_cited_exists()
    {
        var named = Citations().Where(citation => citation.Part is not null).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, citation => !PartsOf(citation.Section).Contains(citation.Part!));
    }

    [Fact]
    public void Sections_are_numbered_in_order() =>
        Assert.Equal(
            ["1", "2", "3", "4", "5", "5.1", "6", "7", "8", "9", "10"],
            Sections.Select(heading => Numbered().Match(heading).Groups[1].Value)
        );

    [Fact]
    public void Every_frame_that_is_read_is_described()
    {
        var rows = Document.Table("Client to server", "Frame");

        Assert.Equal(KnownFrames.Read.Order(), rows.Select(row => FirstName(row[0])).Order());
    }

    [Fact]
    public void Every_frame_that_is_written_is_described_and_no_other()
    {
        var rows = Document.Table("Server to client", "Frame").Where(row => !IsMissing(row));

        Assert.Equal(KnownFrames.Written.Order(), rows.Select(row => FirstName(row[0])).Distinct().Order());
    }

    [Fact]
    public void Every_error_code_is_described_with_what_follows_it()
    {
        var rows = Document.Table("5.1 Error codes", "Code").Where(row => !IsMissing(row)).ToList();

        Assert.Equal(SocketDocumentTests.Constants<string>(typeof(ErrorCode)).Order(), rows.Select(row => FirstName(row[0])).Order());
        Assert.All(rows, row => Assert.Equal(ErrorCode.IsRecoverable(FirstName(row[0])) ? "yes" : "no", row[2]));
    }

    [Fact]
    public void Every_close_code_is_described_and_no_other()
    {
        var described = Document.Table("Close codes", "Code").Select(row => int.Parse(row[0]));

        Assert.Equal(SocketDocumentTests.Constants<int>(typeof(CloseCode)).Order(), described.Order());
    }

    [Fact]
    public void Every_finish_reason_is_described_and_no_other()
    {
        var described = Document.Table("Answers", "`finish_reason`").Select(row => FirstName(row[0]));

        Assert.Equal(Enum.GetValues<FinishReason>().Select(AnswerFrames.FinishReasonName).Order(), described.Order());
    }

    /// <summary>Whether a row describes something that this version does not have.</summary>
    internal static bool IsMissing(IReadOnlyList<string> row) => row.Any(cell => cell.Contains(NotInThisVersion, StringComparison.Ordinal));

    private static IEnumerable<string> PartsOf(string section)
    {
        var lines = Document.Below(Sections.Single(heading => Numbered().Match(heading).Groups[1].Value == section));
        return lines
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => line[4..])
            .Concat(lines.Where(line => line.StartsWith('|')).SelectMany(line => line.Split('|').Select(cell => cell.Trim())));
    }

    private static IEnumerable<(string File, string Section, string? Part)> Citations() =>
        from file in Repository.Files
        where Path.GetExtension(file) is ".cs" or ".md" or ".js" or ".yaml" or ".proto"
        let text = LineBreak().Replace(Repository.Read(file), " ")
        from Match match in Citation().Matches(text)
        from Capture section in match.Groups["section"].Captures
        select (file, section.Value, match.Groups["part"] is { Success: true, Value: var part } ? part : null);

    // `type` of `type{field, …}`, without the backticks.
    private static string FirstName(string cell) => Name().Match(cell).Groups[1].Value;

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?)\.? ")]
    private static partial Regex Numbered();

    // "Protocol sections 4 and 5", or "protocol section 5, "Resume"". The project's own examples of citing are citations too.
    [GeneratedRegex(
        @"[Pp]rotocol sections? (?<section>[0-9]+(?:\.[0-9]+)?)(?: and (?<section>[0-9]+(?:\.[0-9]+)?))*(?:, ""(?<part>[^""]+)"")?"
    )]
    private static partial Regex Citation();

    // The end of a line, and the characters that start the next line of a comment.
    [GeneratedRegex(@"\s*\n\s*(?://+|\*|#)?\s*")]
    private static partial Regex LineBreak();

    [GeneratedRegex("^`([A-Za-z_0-9]+)")]
    private static partial Regex Name();
}
