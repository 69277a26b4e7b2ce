using System.Text.RegularExpressions;
using Chatbox.Node.Endpoints;
using YamlDotNet.RepresentationModel;

namespace Chatbox.Tests.Browser;

/// <summary>The types of the pages and of the client library, and the wire protocol in <c>web/client/src/frames.ts</c>.</summary>
public sealed partial class PageTypesTests
{
    [TheoryRequiresTypeScript]
    [InlineData("client")]
    [InlineData("client/tsconfig.tests.json")]
    [InlineData("demo")]
    [InlineData("pages")]
    [InlineData("pages/tsconfig.tests.json")]
    public async Task Scripts_have_no_type_errors(string project)
    {
        var (exitCode, output, errors) = await PageScripts.Run("node_modules/typescript/bin/tsc", "--pretty", "false", "-p", project);
        Assert.True(exitCode == 0, output + errors);
    }

    /// <summary>Frame types, error codes, reasons and other values that a field can have.</summary>
    [Fact]
    public void Values_in_the_types_of_frames_are_those_of_the_contract()
    {
        var declared = Literal()
            .Matches(Repository.Read("web/client/src/frames.ts"))
            .Select(literal => literal.Groups[1].Value)
            .ToHashSet();
        var contract = new YamlStream();
        contract.Load(new StringReader(Repository.Read("docs/asyncapi.yaml")));
        var components = (YamlMappingNode)contract.Documents[0].RootNode["components"];
        var messages = ((YamlMappingNode)components["messages"]).Children.Keys.Select(name => $"{name}".Split('.')[1]);
        var values = messages.Concat(Values(components)).ToHashSet();

        Assert.Empty(values.Except(declared));
        Assert.Empty(declared.Except(values));
    }

    /// <summary>Types, tests and packages of the scripts are for developers, and not for browsers.</summary>
    [Fact]
    public void Only_files_for_browsers_are_served()
    {
        var served = typeof(PageEndpoints)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("wwwroot/", StringComparison.Ordinal));
        Assert.All(served, name => Assert.Matches(ForBrowsers(), name));
    }

    private static IEnumerable<string> Values(YamlNode node) =>
        node switch
        {
            YamlMappingNode mapping => mapping.Children.SelectMany(child =>
                $"{child.Key}" switch
                {
                    "const" => [$"{child.Value}"],
                    "enum" => ((YamlSequenceNode)child.Value).Select(value => $"{value}"),
                    _ => Values(child.Value),
                }
            ),
            YamlSequenceNode sequence => sequence.SelectMany(Values),
            _ => [],
        };

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^wwwroot/([a-z]+\.(html|css|js|svg)|(diagram-)?licences\.txt)$")]
    private static partial Regex ForBrowsers();
}
