using Chatbox.Node.Models;

namespace Chatbox.Tests.Unit.Models;

public sealed class ProviderTypeTests
{
    public static TheoryData<string> Names => [.. ProviderType.All.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Documents_name_every_provider_type(string name)
    {
        Assert.Contains(name, Repository.Read("README.md"), StringComparison.Ordinal);
        Assert.Contains($"| `{name}` |", Repository.Read("docs/protocol.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_is_lower_case_and_belongs_to_one_type(string name)
    {
        Assert.Equal(name.ToLowerInvariant(), name);
        Assert.Single(ProviderType.All, type => type.Name == name);
    }

    /// <summary>The default endpoints decide whether a key may be missing, so a type with that rule must have one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Provider_that_asks_for_a_key_at_its_endpoint_has_a_default_endpoint(string name)
    {
        var type = ProviderType.All.Single(type => type.Name == name);
        Assert.Equal(type.ApiKey == KeyRequirement.AtDefaultEndpoints, type.DefaultEndpoint is not null);
    }
}
