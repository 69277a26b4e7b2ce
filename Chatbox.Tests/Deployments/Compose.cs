using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Chatbox.Tests.Deployments;

/// <summary>The parts of <c>deployments/compose.yaml</c> that the tests examine.</summary>
internal static class Compose
{
    private static readonly Lazy<ComposeFile> Read = new(() =>
        new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<ComposeFile>(new MergingParser(new Parser(new StringReader(Repository.Read("deployments/compose.yaml")))))
    );

    public static IReadOnlyDictionary<string, ComposeService> Services => Read.Value.Services;

    /// <summary>The names of the networks and volumes that the file declares.</summary>
    public static IReadOnlyList<string> Declared => [.. Read.Value.Networks.Keys, .. Read.Value.Volumes.Keys];

    public static IReadOnlyList<ComposeService> Nodes => [.. Services.Where(s => s.Value.Build is not null).Select(s => s.Value)];
}

internal sealed class ComposeFile
{
    /// <summary>Read only for its anchor: an alias of an unread part cannot be resolved.</summary>
    [YamlMember(Alias = "x-logging", ApplyNamingConventions = false)]
    public ComposeLogging Shared { get; set; } = new();

    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, object?> Networks { get; set; } = [];

    public Dictionary<string, object?> Volumes { get; set; } = [];
}

internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public Dictionary<string, string>? Build { get; set; }

    public List<string> Profiles { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public bool ReadOnly { get; set; }

    public List<string> Tmpfs { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public string? StopGracePeriod { get; set; }

    public string? MemLimit { get; set; }

    public ComposeHealthcheck? Healthcheck { get; set; }

    public ComposeLogging? Logging { get; set; }

    /// <summary>A list of names, or a map with them as keys.</summary>
    public object? DependsOn { get; set; }

    /// <summary>A list of names, or a map with them as keys.</summary>
    public object? Networks { get; set; }
}

internal sealed class ComposeHealthcheck
{
    public List<string> Test { get; set; } = [];
}

internal sealed class ComposeLogging
{
    public string Driver { get; set; } = "";

    public Dictionary<string, string> Options { get; set; } = [];
}
