using System.Reflection;
using System.Text.RegularExpressions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>What a document says is shown by a test is shown by one that exists.</summary>
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

    /// <summary>Without a name in them the test above would find nothing to object to.</summary>
    [Theory]
    [InlineData(FailureModes)]
    [InlineData("docs/security.md")]
    public void Tests_are_named(string document) => Assert.NotEmpty(NamedIn(document));

    /// <summary>A test that takes a cluster apart does so for a promise.</summary>
    [Fact]
    public void Every_test_of_the_cluster_shows_a_promise()
    {
        var cluster = TestClasses().Where(type => type.Namespace == "Chatbox.Tests.Cluster").Select(type => type.Name).ToList();

        Assert.NotEmpty(cluster);
        Assert.Empty(cluster.Except(NamedIn(FailureModes)));
    }

    /// <summary>A row of the promises that names no test is a claim.</summary>
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

    // FsCheck's attribute is none of xunit's facts by name, but one by descent, as our own are.
    private static IEnumerable<Type> TestClasses() =>
        typeof(NamedTestsTests).Assembly.GetTypes().Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute))));

    [GeneratedRegex(@"`(\w+(?:Tests|Properties))`")]
    private static partial Regex Name();
}
