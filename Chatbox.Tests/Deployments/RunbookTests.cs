using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Chatbox.Tests.Deployments;

/// <summary>The runbook says for every alert what to do.</summary>
public sealed partial class RunbookTests
{
    private const string Runbook = "docs/operations.md";

    [Fact]
    public void Every_alert_has_its_heading_and_every_heading_its_alert()
    {
        var headings = Heading().Matches(Repository.Read(Runbook)).Select(match => match.Groups[1].Value).ToList();

        Assert.Distinct(headings);
        Assert.Equal(Alerts().Select(NameOf).Order(), headings.Order());
    }

    [Fact]
    public void Every_alert_leads_to_its_heading() =>
        Assert.All(Alerts(), alert => Assert.Equal($"{Runbook}#{NameOf(alert).ToLowerInvariant()}", Text(alert["annotations"]["runbook"])));

    [Fact]
    public void Heading_says_how_soon_as_the_alert_does() =>
        Assert.All(
            Alerts(),
            alert => Assert.StartsWith(Text(alert["labels"]["severity"]), SectionOf(alert), StringComparison.OrdinalIgnoreCase)
        );

    [Fact]
    public void What_it_means_to_people_where_to_look_and_what_to_do_is_said_of_each() =>
        Assert.All(
            Alerts(),
            alert => Assert.Equal(["People", "Look", "Do"], Point().Matches(SectionOf(alert)).Select(match => match.Groups[1].Value))
        );

    private static string SectionOf(YamlNode alert) =>
        Repository.Read(Runbook).ReplaceLineEndings("\n").Split($"\n### {NameOf(alert)}\n")[1].Split("\n#")[0].Trim();

    private static List<YamlNode> Alerts()
    {
        var alerts = AlertTests.Files.SelectMany(GroupsOf).SelectMany(group => (YamlSequenceNode)group["rules"]).ToList();
        Assert.NotEmpty(alerts);
        return alerts;
    }

    private static YamlSequenceNode GroupsOf(string file)
    {
        var rules = new YamlStream();
        rules.Load(new StringReader(Repository.Read(file)));
        return (YamlSequenceNode)rules.Documents[0].RootNode["groups"];
    }

    private static string NameOf(YamlNode alert) => Text(alert["alert"]);

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex(@"(?m)^### (Chatbox\w+)\r?$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?m)^- \*\*(\w+)\*\*: \S")]
    private static partial Regex Point();
}
