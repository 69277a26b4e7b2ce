using System.Reflection;
using System.Xml.Linq;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>Rules for every type: its length, its documentation and its name.</summary>
public sealed class TypeTests
{
    private const int LongestType = 300;

    [Fact]
    public void Types_are_short_enough_to_be_read()
    {
        Assert.NotEmpty(SourceType.All);
        AssertNone(
            from type in SourceType.All
            let lines = type.IsProtocol ? type.Declarations.Max(part => part.Lines) : type.Lines
            where lines > LongestType
            select $"{type.FullName} has {lines} lines, more than {LongestType}"
        );
    }

    /// <summary>Splitting a type over several files hides its size; only protocols do so, one file per kind of message.</summary>
    [Fact]
    public void Only_protocols_and_generated_types_are_partial() =>
        AssertNone(
            from type in SourceType.All
            where type.IsPartial && !type.IsProtocol && !(type.IsGenerated && type.Declarations.Count == 1)
            select $"{type.FullName} is partial: {string.Join(", ", type.Declarations.Select(part => part.File))}"
        );

    /// <summary>Test classes are exempt: the names of the tests say what a class is about.</summary>
    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Every_public_type_has_a_summary_that_ends_in_a_full_stop(string assembly)
    {
        var summaries = XDocument
            .Load(Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml"))
            .Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")?.Value.Trim() ?? "");
        var types = Assembly.Load(assembly).GetTypes().Where(type => IsPublic(type) && IsWritten(type)).ToList();

        AssertNone(
            from type in types
            let name = $"T:{type.FullName!.Replace('+', '.')}"
            let summary = summaries.GetValueOrDefault(name, "")
            where !summary.EndsWith('.')
            select summary.Length == 0 ? $"{type.FullName} has no summary" : $"The summary of {type.FullName} has no full stop: {summary}"
        );
    }

    /// <summary>
    /// Two types of one name send a reader to the wrong file. Test classes may share a name with one in another folder; what the tests share
    /// may not.
    /// </summary>
    [Fact]
    public void No_type_name_is_used_twice() =>
        AssertNone(
            from type in SourceType.All
            where type.Project != "Chatbox.Tests" || type.FullName.StartsWith("Chatbox.Tests.Harness.", StringComparison.Ordinal)
            where !type.IsNested || type.IsInProtocol
            group type by type.UnqualifiedName into named
            where named.Count() > 1
            select $"{named.Key}: {string.Join(", ", named.Select(type => type.FullName))}"
        );

    public static TheoryData<string> Assemblies() => [.. WrittenAssemblies.All];

    private static bool IsPublic(Type type) => type.IsPublic || (type.IsNestedPublic && IsPublic(type.DeclaringType!));

    // Types that protobuf or the compiler wrote are not for a reader.
    private static bool IsWritten(Type type) => SourceType.All.Any(source => source.Name == type.Name.Split('`')[0]);

    // Names every offender, which Assert.Empty cuts short.
    private static void AssertNone(IEnumerable<string?> offenders)
    {
        var found = string.Join("\n", offenders);
        Assert.True(found.Length == 0, found);
    }
}
