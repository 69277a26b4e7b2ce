using System.Xml.Linq;

namespace Chatbox.Tests.Browser;

/// <summary>The unit tests of the page's scripts (<c>web/pages/tests</c>): Node.js runs them once, and each is a case here.</summary>
public sealed class PageScriptTests
{
    private const string TimeoutOfOneTest = "30000";

    private static readonly Lazy<Task<IReadOnlyDictionary<string, string?>>> Results = new(RunTests);

    /// <summary>The names of the script tests. A test file that cannot be loaded counts as a test with the file's name.</summary>
    public static TheoryData<string> Names => [.. Results.Value.GetAwaiter().GetResult().Keys];

    // Enumerated only when the theory runs: a run of other tests does not start Node.js.
    [TheoryRequiresScriptRunner]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public async Task Script_test_passes(string name)
    {
        var failure = (await Results.Value)[name];
        Assert.True(failure is null, $"{name}\n{failure}"); // a test runner shortens the name
    }

    /// <summary>Name and failure of each test; the failure of a test that passes is null.</summary>
    private static async Task<IReadOnlyDictionary<string, string?>> RunTests()
    {
        var files = Directory.GetFiles(Path.Combine(PageScripts.Folder, "pages", "tests"), "*.test.js");
        var (exitCode, report, errors) = await PageScripts.Run([
            "--test",
            "--test-reporter=junit",
            $"--test-timeout={TimeoutOfOneTest}",
            "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
            .. files.Order(StringComparer.Ordinal),
        ]);
        var results = XDocument
            .Parse(report)
            .Descendants("testcase")
            .ToDictionary(test => (string)test.Attribute("name")!, test => test.Element("failure")?.Value);
        Assert.True(results.Count > 0, $"No script test ran: {errors}");
        Assert.True((exitCode == 0) == results.Values.All(failure => failure is null), $"Node.js ended with {exitCode}: {errors}");
        return results;
    }
}
