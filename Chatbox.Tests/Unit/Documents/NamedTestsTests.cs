using System.Reflection;
using System.Text.RegularExpressions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>Every test that a document names exists.</summary>
public sealed partial class NamedTestsTests
{
    private const string FailureModes = "docs/failure-modes.md";

    [Theory]
    [InlineData(FailureModes)]
    [InlineData("docs/security.md")]
    [InlineData("docs/operations.md")]
    public void Every_test_that_is_named_exists(string document)
    {
        var known = TestClasses().Select(type => type.Name).ToHashSet();

        Assert.Empty(NamedIn(document).Except(known));
    }

    /// <summary>Without names in the documents the test above would have nothing to check.</summary>
    [Theory]
    [InlineData(FailureModes)]
    [InlineData("docs/security.md")]
    public void Tests_are_named(string document) => Assert.NotEmpty(NamedIn(document));

    /// <summary>Every cluster test is named by a promise.</summary>
    [Fact]
    public void Every_test_of_the_cluster_shows_a_promise()
    {
        var cluster = TestClasses().Where(type => type.Namespace == "Chatbox.Tests.Cluster").Select(type => type.Name).ToList();

        Assert.NotEmpty(cluster);
        Assert.Empty(cluster.Except(NamedIn(FailureModes)));
    }

    /// <summary>A promise without a test is only a claim.</summary>
    [Fact]
    public void Every_promise_names_a_test_or_says_that_there_is_none_yet()
    {
        var promises = Repository.Read(FailureModes).ReplaceLineEndings("\n").Split("## The promises")[1].Split("\n## ")[0];
        var rows = promises.Split('\n').Where(line => line.StartsWith('|')).Skip(2).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Matches(@"`\w+(Tests|Properties)`|not in this version", row));
    }

    private static IEnumerable<string> NamedIn(string document) =>
        Name().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value).Distinct();

    // FsCheck's attribute and our own derive from FactAttribute.
    private static IEnumerable<Type> TestClasses() =>
        typeof(NamedTestsTests).Assembly.GetTypes().Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute))));

    [GeneratedRegex(@"`(\w+(?:Tests|Properties))`")]
    private static partial Regex Name();
}
