using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Akka.Actor;
using Chatbox.Actors.Sessions.Settings;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>The rules of CONTRIBUTING.md that a machine can check.</summary>
public sealed partial class ArchitectureTests
{
    private const int LongestFile = 400;

    // A project may refer only to projects that stand before it.
    private static readonly string[] ProjectOrder =
    [
        "Chatbox.Messages",
        "Chatbox.Actors",
        "Chatbox.Persistence.MongoDb",
        "Chatbox.Node",
        "Chatbox.Cli",
        "Chatbox.Client",
        "Chatbox.Benchmarks",
        "Chatbox.Tests",
    ];

    private static readonly Assembly Messages = Assembly.Load("Chatbox.Messages");
    private static readonly Assembly Actors = typeof(ChatSessionOptions).Assembly;
    private static readonly Assembly Node = Assembly.Load("Chatbox.Node");

    [Fact]
    public void References_run_one_way()
    {
        var projects = Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).ToList();
        var backwards =
            from project in projects
            from reference in References(project, "ProjectReference")
            let user = Array.IndexOf(ProjectOrder, Path.GetFileNameWithoutExtension(project))
            let used = Array.IndexOf(ProjectOrder, Path.GetFileNameWithoutExtension(reference))
            where used < 0 || used >= user
            select $"{project} -> {reference}";

        Assert.Equal(ProjectOrder.Order(), projects.Select(Path.GetFileNameWithoutExtension).Order());
        AssertNone(backwards);
    }

    [Fact]
    public void Messages_reference_no_project_and_no_package_but_protobuf()
    {
        const string project = "Chatbox.Messages/Chatbox.Messages.csproj";

        AssertNone(References(project, "ProjectReference"));
        AssertNone(References(project, "FrameworkReference"));
        Assert.Equal(["Google.Protobuf"], References(project, "PackageReference"));
        Assert.All(ReferencedBy(Messages), name => Assert.Matches(@"^(System\..*|Google\.Protobuf)$", name));
    }

    /// <summary>Customers take the client into their own programs.</summary>
    [Fact]
    public void Client_references_nothing_but_the_framework()
    {
        const string project = "Chatbox.Client/Chatbox.Client.csproj";

        AssertNone(References(project, "ProjectReference"));
        AssertNone(References(project, "FrameworkReference"));
        AssertNone(References(project, "PackageReference"));
        Assert.All(ReferencedBy(Assembly.Load("Chatbox.Client")), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Actors_know_nothing_of_the_host_of_providers_or_of_stores()
    {
        const string project = "Chatbox.Actors/Chatbox.Actors.csproj";
        string[] allowed = ["Akka", "Chatbox.Messages", "Google.Protobuf", "Microsoft.Extensions", "System"];
        string[] stores = ["Akka.Persistence.Sql", "Akka.Persistence.MongoDb"];
        bool IsForeign(string name) => !allowed.Any(prefix => IsOrIsWithin(name, prefix)) || stores.Any(store => IsOrIsWithin(name, store));

        AssertNone(References(project, "FrameworkReference"));
        AssertNone(References(project, "PackageReference").Where(IsForeign));
        AssertNone(ReferencedBy(Actors).Where(IsForeign));
    }

    [Fact]
    public void Actors_live_in_the_actors_project_and_only_actors_are_called_so()
    {
        var types = new[] { Messages, Actors, Node }.SelectMany(assembly => assembly.GetTypes()).ToList();
        var strays =
            from type in types
            let isActor = type.IsAssignableTo(typeof(ActorBase))
            let isCalledActor = type.Name.EndsWith("Actor", StringComparison.Ordinal)
            where isActor != isCalledActor || (isActor && type.Assembly != Actors)
            select type.FullName;

        AssertNone(strays);
    }

    [Fact]
    public void Nothing_is_called_utils_helpers_common_or_managers()
    {
        var types = new[] { Messages, Actors, Node, typeof(ArchitectureTests).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Chatbox", StringComparison.Ordinal) == true)
            .Select(type => type.Name.Split('`')[0]);
        var names = Repository.Files.SelectMany(file => file.Split('/')).Select(name => name.Split('.')[0]);

        AssertNone(types.Concat(names).Where(name => CatchAllName().IsMatch(name)).Distinct());
    }

    [Fact]
    public void Files_are_short_enough_to_be_read()
    {
        var sources = Repository.Files.Where(file => ProjectSource().IsMatch(file)).ToList();

        Assert.NotEmpty(sources);
        AssertNone(
            from file in sources
            let lines = Repository.Read(file).AsSpan().Count('\n')
            where lines > LongestFile
            select $"{file} has {lines} lines, more than {LongestFile}"
        );
    }

    [Fact]
    public void Nothing_refers_to_a_folder_outside_the_repository()
    {
        // Put together here, or this file would be the first to break the rule.
        var outside = string.Concat("..", "/shared");

        AssertNone(Repository.Files.Where(file => Repository.Read(file).Contains(outside, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_lock_or_configuration_file_names_a_package_registry()
    {
        AssertNone(Repository.Files.Where(file => LockFile().IsMatch(file) && LockedAddress().IsMatch(Repository.Read(file))));
        AssertNone(
            Repository.Files.Where(file => RegistryConfiguration().IsMatch(file) && RegistryAddress().IsMatch(Repository.Read(file)))
        );
    }

    // Names every offender, which Assert.Empty cuts short.
    private static void AssertNone(IEnumerable<string?> offenders)
    {
        var found = string.Join("\n", offenders);
        Assert.True(found.Length == 0, found);
    }

    // Build-time tools (PrivateAssets="all") are no references: nothing of them is in the result.
    private static IEnumerable<string> References(string project, string kind) =>
        XDocument
            .Parse(Repository.Read(project))
            .Descendants(kind)
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => ((string)reference.Attribute("Include")!).Replace('\\', '/'));

    private static IEnumerable<string> ReferencedBy(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static bool IsOrIsWithin(string name, string prefix) =>
        name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal);

    [GeneratedRegex("(^|[a-z0-9])(Utils?|Utilities|Helpers?|Common|Managers?)$|^(utils?|helpers?|common|managers?)$")]
    private static partial Regex CatchAllName();

    [GeneratedRegex(@"^Chatbox\..*\.(cs|proto|html|css|js|ts)$")]
    private static partial Regex ProjectSource();

    [GeneratedRegex(@"(^|/)(package-lock\.json|npm-shrinkwrap\.json|packages\.lock\.json|yarn\.lock|pnpm-lock\.yaml)$")]
    private static partial Regex LockFile();

    [GeneratedRegex("""(?im)^\s*"?(resolved|tarball|registry)"?:?\s.*https?://""")]
    private static partial Regex LockedAddress();

    [GeneratedRegex(@"(?i)(^|/)(\.npmrc|\.yarnrc(\.yml)?|nuget\.config)$")]
    private static partial Regex RegistryConfiguration();

    [GeneratedRegex(@"(?im)https?://|^\s*(@[^:\s]+:)?registry\s*=")]
    private static partial Regex RegistryAddress();
}
