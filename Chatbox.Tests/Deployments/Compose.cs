using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Chatbox.Tests.Deployments;

/// <summary>What <c>deployments/compose.yaml</c> says, as far as the tests look at it.</summary>
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

    public static IReadOnlyList<ComposeService> Nodes => [.. Services.Where(s => s.Value.Build is not null).Select(s => s.Value)];
}

internal sealed class ComposeFile
{
    public Dictionary<string, ComposeService> Services { get; set; } = [];
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
}
