using Chatbox.Node.Models;
using Chatbox.Node.Models.Demo;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Tests.Unit.Models;

public sealed class ProviderTypeTests
{
    public static TheoryData<string> Names => [.. ProviderTypes.All.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Documents_name_every_provider_type(string name)
    {
        Assert.Contains(name, Repository.Read("README.md"), StringComparison.Ordinal);
        Assert.Contains($"| `{name}` |", Repository.Read("docs/protocol.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Guide_of_the_demo_names_every_type_that_is_called_over_the_network(string name)
    {
        if (ProviderTypes.All.Single(type => type.Name == name).Operation is not null)
            Assert.Contains(name, DemoGuide.For([]), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_is_lower_case_and_belongs_to_one_type(string name)
    {
        Assert.Equal(name.ToLowerInvariant(), name);
        Assert.Single(ProviderTypes.All, type => type.Name == name);
    }

    /// <summary>The default endpoints decide whether a key may be missing, so a type with that rule must have one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Provider_that_asks_for_a_key_at_its_endpoint_has_a_default_endpoint(string name)
    {
        var type = ProviderTypes.All.Single(type => type.Name == name);
        Assert.Equal(type.ApiKey == KeyRequirement.AtDefaultEndpoints, type.DefaultEndpoint is not null);
    }
}
