using System.Reflection;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>
/// The namespaces of each project refer to each other one way only, so that a part can be read without the parts that use it. A namespace
/// and its sub-namespaces are different namespaces here.
/// </summary>
public sealed class NamespaceTests
{
    /// <summary>The parts of the host, from the bottom up: each may refer to the parts above its own line only.</summary>
    private static readonly string[] HostOrder =
    [
        "Errors", // what an operator reads when a start fails
        "Files",
        "Logging",
        "Identity",
        "Telemetry",
        "Files.Images",
        "Files.Texts",
        "Files.Scanning",
        "Files.Judging",
        "Models",
        "Models.Speech",
        "Models.Demo",
        "Models.OpenAi",
        "Models.Anthropic",
        "Models.Dify",
        "Models.Providers",
        "Clustering.Links",
        "Clustering",
        "Sealing",
        "Stores",
        "Stores.Index",
        "Stores.Index.Tallies",
        "Stores.Index.Sql",
        "Stores.Index.Mongo",
        "Stores.Sql",
        "Stores.Sqlite",
        "Stores.Postgres",
        "Stores.Mongo",
        "Files.Store",
        "Files.Records",
        "Files.Uploads",
        "Files.Produced",
        "Files.Reading",
        "Health",
        "Notifications",
        "Endpoints.Bodies",
        "Endpoints.Access",
        "Endpoints.Edge",
        "Endpoints.Description",
        "Endpoints.Liveness",
        "Endpoints.Sessions",
        "Endpoints",
        "Endpoints.Streams",
        "Endpoints.Administration",
        "Endpoints.Takeovers",
        "Endpoints.Help",
        "Endpoints.Feed",
        "Endpoints.Canned",
        "Endpoints.Files",
        "Endpoints.Feed",
        "Operators",
        "Configuration.Formats", // from here on: what knows every part
        "Configuration.Settings",
        "Configuration",
        "Start",
        "Start.Rehearsals",
        "Rekey",
        "Import",
        "", // Program, NodeHost
    ];

    public static TheoryData<string> Projects => [.. WrittenAssemblies.All];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_refer_to_each_other_without_cycles(string project)
    {
        var references = References(project);
        var used = references.ToLookup(reference => reference.User, reference => reference.Used);

        var cyclic = references.Where(reference => Reaches(used, reference.Used, reference.User)).Select(reference => reference.ToString());

        Assert.True(!cyclic.Any(), $"References that are part of a cycle:\n{string.Join('\n', cyclic.Order())}");
    }

    [Fact]
    public void Parts_of_the_host_refer_to_parts_below_them_only()
    {
        const string host = "Chatbox.Node";
        int Place(string name) => Array.IndexOf(HostOrder, name == host ? "" : name[(host.Length + 1)..]);

        var references = References(host);

        var unknown = references.Select(reference => reference.User).Distinct().Where(name => Place(name) < 0);
        var upwards = references
            .Where(reference => Place(reference.User) < Place(reference.Used))
            .Select(reference => reference.ToString());
        Assert.Empty(unknown);
        Assert.True(!upwards.Any(), $"References to a part above:\n{string.Join('\n', upwards.Order())}");
    }

    /// <summary>References from one namespace of a project to another, each with one pair of types as an example.</summary>
    private static IReadOnlyList<Reference> References(string project)
    {
        var assembly = Assembly.Load(project);
        bool IsOurs(Type type) => type.Assembly == assembly && type.Namespace?.StartsWith("Chatbox", StringComparison.Ordinal) == true;
        return
        [
            .. assembly
                .GetTypes()
                .Where(IsOurs)
                .SelectMany(type => TypeReferences.Of(type).Where(IsOurs).Select(used => (User: type, Used: used)))
                .Where(pair => pair.User.Namespace != pair.Used.Namespace)
                .GroupBy(pair => (pair.User.Namespace, pair.Used.Namespace))
                .Select(pairs => new Reference(pairs.Key.Item1!, pairs.Key.Item2!, $"{pairs.First().User} uses {pairs.First().Used}")),
        ];
    }

    private static bool Reaches(ILookup<string, string> used, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var name))
            if (seen.Add(name))
                foreach (var next in used[name])
                    open.Push(next);
        return seen.Contains(to);
    }

    private sealed record Reference(string User, string Used, string Example)
    {
        public override string ToString() => $"{User} -> {Used} ({Example})";
    }
}
